"""Security group rules: whom they let in, and at which ports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

from buylink.graph import UNKNOWN, Resource
from policies.relations import items, nested, stated

SECURITY_GROUPS: Final = (
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
)
GROUP_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"

_INTERNET_BELOW: Final = {4: 16, 6: 32}
"""A network wider than this is the internet: a part of it is as open as all of it."""
_PRIVATE_4: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
_PRIVATE_6: Final = IPv6Network("fc00::/7")


@dataclass(frozen=True, slots=True)
class Opening:
    """One source that a security group rule lets in."""

    cidr: Any
    protocol: Any
    first: Any
    last: Any
    source: str
    """The property it was read from: its dependencies tell where an unknown comes from."""

    @property
    def public(self) -> bool | None:
        """Whether the source is the internet; None when it is unknown."""
        try:
            network = ip_network(self.cidr, strict=False)
        except ValueError:
            return None
        return network.prefixlen < _INTERNET_BELOW[network.version] and not _is_private(network)

    @property
    def web(self) -> bool | None:
        """Whether it opens exactly port 80 or 443, over TCP; None when that is unknown."""
        if UNKNOWN in (self.protocol, self.first, self.last):
            return None
        return (
            str(self.protocol).lower() in ("tcp", "6")
            and self.first == self.last
            and self.first in (80, 443)
        )

    def __str__(self) -> str:
        if self.protocol in ("-1", -1, "all"):
            return f"every port is open to {self.cidr}"
        if self.first == self.last:
            return f"{self.protocol} port {self.first} is open to {self.cidr}"
        return f"{self.protocol} ports {self.first} to {self.last} are open to {self.cidr}"


def _is_private(network: IPv4Network | IPv6Network) -> bool:
    if isinstance(network, IPv6Network):
        return network.subnet_of(_PRIVATE_6)
    return any(map(network.subnet_of, _PRIVATE_4))


def openings(resource: Resource) -> Iterator[Opening]:
    """The addresses let in by a group's own rules, or by a rule resource."""
    if resource.type in SECURITY_GROUPS:
        ingress = stated(resource, "ingress")
        if ingress is UNKNOWN:
            yield Opening(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "ingress")
        for rule in items(ingress):
            yield from _addresses(rule, "protocol", ("cidrBlocks", "ipv6CidrBlocks"), "ingress")
    elif resource.type == INGRESS_RULE:
        given = {name: stated(resource, name) for name in _INGRESS_NAMES}
        yield from _addresses(given, "ipProtocol", ("cidrIpv4", "cidrIpv6"))
    elif resource.get("type") in ("ingress", UNKNOWN):
        given = {name: stated(resource, name) for name in _RULE_NAMES}
        yield from _addresses(given, "protocol", ("cidrBlocks", "ipv6CidrBlocks"))


_INGRESS_NAMES: Final = ("cidrIpv4", "cidrIpv6", "ipProtocol", "fromPort", "toPort")
_RULE_NAMES: Final = ("cidrBlocks", "ipv6CidrBlocks", "protocol", "fromPort", "toPort")


def _addresses(
    rule: Any, protocol: str, sources: tuple[str, ...], holder: str | None = None
) -> Iterator[Opening]:
    for source in sources:
        value = nested(rule, source)
        for cidr in value if isinstance(value, list | tuple) else (value,):
            if cidr not in (None, ""):
                yield Opening(
                    cidr=cidr,
                    protocol=nested(rule, protocol),
                    first=nested(rule, "fromPort"),
                    last=nested(rule, "toPort"),
                    source=holder or source,
                )
