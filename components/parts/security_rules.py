"""Security group rules: each a resource of its own, for one TCP port, described and tagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import pulumi
from pulumi_aws import vpc

from components.parts.owner import Owner

HTTP = 80
HTTPS = 443
ANYWHERE = "0.0.0.0/0"

_Rule = TypeVar("_Rule", vpc.SecurityGroupIngressRule, vpc.SecurityGroupEgressRule)


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The other side of a rule: exactly one of these is given."""

    cidr_ipv4: pulumi.Input[str] | None = None
    prefix_list_id: pulumi.Input[str] | None = None
    security_group_id: pulumi.Input[str] | None = None


def allow_in(
    own: Owner, thing: str, group_id: pulumi.Input[str], port: int, peer: Peer, description: str
) -> vpc.SecurityGroupIngressRule:
    """Lets `peer` in to a TCP port."""
    return _allow(vpc.SecurityGroupIngressRule, own, thing, group_id, port, peer, description)


def allow_out(
    own: Owner, thing: str, group_id: pulumi.Input[str], port: int, peer: Peer, description: str
) -> vpc.SecurityGroupEgressRule:
    """Lets traffic out to a TCP port of `peer`."""
    return _allow(vpc.SecurityGroupEgressRule, own, thing, group_id, port, peer, description)


def _allow(
    direction: type[_Rule],
    own: Owner,
    thing: str,
    group_id: pulumi.Input[str],
    port: int,
    peer: Peer,
    description: str,
) -> _Rule:
    return direction(
        own.name(thing),
        security_group_id=group_id,
        description=description,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        cidr_ipv4=peer.cidr_ipv4,
        prefix_list_id=peer.prefix_list_id,
        referenced_security_group_id=peer.security_group_id,
        tags=own.tags(thing),
        opts=own.opts(),
    )
