"""Security groups: what the internet can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linked, linking, nested, stated
from policies.engine.resource_types import GROUP_RULE, INGRESS_RULE, LOAD_BALANCERS, SECURITY_GROUPS
from policies.engine.rule import Rule, Violation, undecided

_INTERNET_BELOW: Final = {4: 16, 6: 32}
"""A network wider than this is the internet: a part of it is as open as all of it."""
_PRIVATE_4: Final = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
_PRIVATE_6: Final = IPv6Network("fc00::/7")


@dataclass(frozen=True, slots=True)
class Opening:
    """One source that a security group rule lets in."""

    cidr: Value
    protocol: Value
    first: Value
    last: Value
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
        rule = {name: stated(resource, name) for name in _INGRESS_NAMES}
        yield from _addresses(rule, "ipProtocol", ("cidrIpv4", "cidrIpv6"))
    elif resource.get("type") in ("ingress", UNKNOWN):
        rule = {name: stated(resource, name) for name in _RULE_NAMES}
        yield from _addresses(rule, "protocol", ("cidrBlocks", "ipv6CidrBlocks"))


_INGRESS_NAMES: Final = ("cidrIpv4", "cidrIpv6", "ipProtocol", "fromPort", "toPort")
_RULE_NAMES: Final = ("cidrBlocks", "ipv6CidrBlocks", "protocol", "fromPort", "toPort")


def _addresses(
    rule: Value, protocol: str, sources: tuple[str, ...], holder: str | None = None
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


OWN_RANGES: Final = (
    "aws:ec2/vpc:Vpc",
    "aws:ec2/defaultVpc:DefaultVpc",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/defaultSubnet:DefaultSubnet",
)
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


def no_public_ingress(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """Openings to the internet that no exception covers."""
    for opening in openings(resource):
        if opening.public and opening.web is False:
            yield Violation(resource.urn, str(opening))


def public_ingress_only_at_the_edge(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Web ports open to the internet, openings that aren't known yet, and prefix lists."""
    yield from _open_prefix_lists(graph)
    for resource in graph.of_type(*SECURITY_GROUPS, GROUP_RULE, INGRESS_RULE):
        for opening in openings(resource):
            if opening.public is False or (opening.public and opening.web is False):
                continue  # inside, or already reported by the resource check
            if opening.public is None:
                if not _from_own_network(graph, resource, opening):
                    yield undecided(
                        resource,
                        f"who is let in ({opening.source})",
                        "Write the CIDR out, or refer to a security group or prefix list.",
                    )
            elif opening.web is None:
                yield undecided(
                    resource, f"what is open to {opening.cidr}", "Write protocol and ports out."
                )
            else:
                yield from _unless_at_the_edge(graph, resource, opening)


def _open_prefix_lists(graph: Graph) -> Iterator[Violation]:
    """Prefix lists of this stack that a group lets in, and that hold the internet."""
    for prefix_list in graph.of_type(PREFIX_LIST):
        if not _lets_in(graph, prefix_list):
            continue
        for holder in (
            prefix_list,
            *linking(graph, prefix_list, "prefixListId", PREFIX_LIST_ENTRY),
        ):
            for source in _listed(holder):
                if source.public:
                    yield Violation(
                        holder.urn,
                        f"{source.cidr} is in a prefix list that a security group lets in",
                    )
                elif source.public is None and not _from_own_network(graph, holder, source):
                    yield undecided(holder, f"who is let in ({source.source})", "Write it out.")


def _listed(holder: Resource) -> Iterator[Opening]:
    name = "entries" if holder.type == PREFIX_LIST else "cidr"
    listed = stated(holder, name)
    cidrs = [nested(entry, "cidr") for entry in items(listed)] if name == "entries" else [listed]
    for cidr in (UNKNOWN,) if listed is UNKNOWN else cidrs:
        yield Opening(cidr, UNKNOWN, UNKNOWN, UNKNOWN, name)


def _lets_in(graph: Graph, prefix_list: Resource) -> bool:
    ways = (
        ("ingress", SECURITY_GROUPS),
        ("prefixListIds", (GROUP_RULE,)),
        ("prefixListId", (INGRESS_RULE,)),
    )
    return any(
        holder.get("type") != "egress"
        for name, types in ways
        for holder in linking(graph, prefix_list, name, *types)
    )


def _from_own_network(graph: Graph, resource: Resource, opening: Opening) -> bool:
    """Whether an unknown source is the range of a VPC or subnet of this stack."""
    sources = resource.dependencies.get(opening.source, ())
    known = [graph.by_urn.get(urn) for urn in sources]
    return bool(known) and all(source and source.type in OWN_RANGES for source in known)


def _unless_at_the_edge(graph: Graph, resource: Resource, opening: Opening) -> Iterator[Violation]:
    groups = (
        (resource,)
        if resource.type in SECURITY_GROUPS
        else linked(graph, resource, "securityGroupId", *SECURITY_GROUPS)
    )
    users = [user for group in groups for user in users_of(graph, group)]
    internal = [stated(user, "internal") for user in users]
    if not users or any(user.type not in LOAD_BALANCERS for user in users):
        yield Violation(
            resource.urn,
            f"{opening}, and the group isn't that of an internet-facing load balancer alone",
        )
    elif UNKNOWN in internal:
        yield undecided(resource, f"whether {users[0].name} is internal", "Write it out.")
    elif True in internal:
        yield Violation(resource.urn, f"{opening}, and the load balancer behind it is internal")


_ATTACHED_BY: Final = (
    "securityGroups",
    "securityGroupIds",
    "vpcSecurityGroupIds",
    "networkConfiguration",
    "networkInterfaces",
    "vpcConfig",
)


def users_of(graph: Graph, group: Resource) -> list[Resource]:
    """The resources whose traffic a security group filters."""
    return [
        resource
        for resource in graph
        if any(
            group in linked(graph, resource, name, group.type)
            for name in _ATTACHED_BY
            if resource.get(name) is not None or name in resource.dependencies
        )
    ]


RULES: Final = (
    Rule(
        id="no-public-ingress",
        title="The internet reaches load balancers only",
        description="No security group lets the internet in, but for ports 80 and 443 of an"
        " internet-facing load balancer's own group.",
        details="""
            Reads the rules inside security groups, rule resources of both kinds and the default
            group. A network wider than a /16, or a /32 of IPv6, counts as the internet, so that its
            parts don't slip through; private ranges (RFC 1918, RFC 6598, fc00::/7) don't. The one
            exception: TCP port 80 or 443 of a group that only internet-facing load balancers use.
            Other groups are not the internet. A prefix list of this stack that a group lets in must
            not hold the internet, at any port. What a prefix list of elsewhere holds can't be seen,
            and is trusted.
        """,
        unknowns="""
            An unknown source or port is a violation, unless it comes from a VPC or subnet of the
            stack. An unknown `internal` of the load balancer is one too.
        """,
        severity="critical",
        pillar="Security",
        tags=("security", "network"),
        remediation="Let in a security group or a prefix list instead of addresses: the load"
        " balancer's group for tasks, CloudFront's origin-facing prefix list for an internal"
        " load balancer.",
        url="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        types=(*SECURITY_GROUPS, GROUP_RULE, INGRESS_RULE),
        on_resource=no_public_ingress,
        on_stack=public_ingress_only_at_the_edge,
    ),
)
