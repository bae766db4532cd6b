"""Security groups: what the internet can reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource
from policies.caps import StackCaps
from policies.openings import (
    GROUP_RULE,
    INGRESS_RULE,
    SECURITY_GROUPS,
    Opening,
    openings,
)
from policies.relations import items, linked, linking, nested, stated
from policies.rule import Finding, Rule, undecided

LOAD_BALANCERS: Final = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
)
OWN_RANGES: Final = (
    "aws:ec2/vpc:Vpc",
    "aws:ec2/defaultVpc:DefaultVpc",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/defaultSubnet:DefaultSubnet",
)
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_LIST_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"


def no_public_ingress(resource: Resource, _: StackCaps) -> Iterator[Finding]:
    """Openings to the internet that no exception covers."""
    for opening in openings(resource):
        if opening.public and opening.web is False:
            yield Finding(resource.urn, str(opening))


def public_ingress_only_at_the_edge(graph: Graph, _: StackCaps) -> Iterator[Finding]:
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


def _open_prefix_lists(graph: Graph) -> Iterator[Finding]:
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
                    yield Finding(
                        holder.urn,
                        f"{source.cidr} is in a prefix list that a security group lets in",
                    )
                elif source.public is None and not _from_own_network(graph, holder, source):
                    yield undecided(holder, f"who is let in ({source.source})", "Write it out.")


def _listed(holder: Resource) -> Iterator[Opening]:
    name = "entries" if holder.type == PREFIX_LIST else "cidr"
    given = stated(holder, name)
    cidrs = [nested(entry, "cidr") for entry in items(given)] if name == "entries" else [given]
    for cidr in (UNKNOWN,) if given is UNKNOWN else cidrs:
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


def _unless_at_the_edge(graph: Graph, resource: Resource, opening: Opening) -> Iterator[Finding]:
    groups = (
        (resource,)
        if resource.type in SECURITY_GROUPS
        else linked(graph, resource, "securityGroupId", *SECURITY_GROUPS)
    )
    users = [user for group in groups for user in users_of(graph, group)]
    internal = [stated(user, "internal") for user in users]
    if not users or any(user.type not in LOAD_BALANCERS for user in users):
        yield Finding(
            resource.urn,
            f"{opening}, and the group isn't that of an internet-facing load balancer alone",
        )
    elif UNKNOWN in internal:
        yield undecided(resource, f"whether {users[0].name} is internal", "Write it out.")
    elif True in internal:
        yield Finding(resource.urn, f"{opening}, and the load balancer behind it is internal")


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
