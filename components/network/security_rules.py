"""Security group rules: each a resource of its own, for one TCP port, described and tagged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import pulumi
from pulumi_aws import vpc

from components.common.child_factory import ChildFactory

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


def _allow(
    direction: type[_Rule],
    child: ChildFactory,
    thing: str,
    group_id: pulumi.Input[str],
    port: int,
    peer: Peer,
    description: str,
) -> _Rule:
    return direction(
        child.name(thing),
        security_group_id=group_id,
        description=description,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        cidr_ipv4=peer.cidr_ipv4,
        prefix_list_id=peer.prefix_list_id,
        referenced_security_group_id=peer.security_group_id,
        tags=child.tags(thing),
        opts=child.opts(),
    )


allow_in = partial(_allow, vpc.SecurityGroupIngressRule)
"""Lets `peer` in to a TCP port."""
allow_out = partial(_allow, vpc.SecurityGroupEgressRule)
"""Lets traffic out to a TCP port of `peer`."""
