"""NAT gateways: how many, and where."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linked, stated
from policies.engine.resource_types import SUBNETS
from policies.engine.rule import Rule, Violation, above_cap, undecided

NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"

_PLACE: Final = "Put each in a subnet of another zone, and name the subnets' availabilityZone."


def nat_gateways(graph: Graph, caps: StackCaps) -> Iterator[Violation]:
    """At most the cap, and where the stack asks for it each in a zone of its own."""
    gateways = graph.of_type(NAT_GATEWAY)
    count = 0
    for gateway in gateways:
        if stated(gateway, "availabilityMode") is UNKNOWN:
            yield undecided(gateway, "availabilityMode", "Leave it out, or write zonal out.")
        zones = _zone_count(gateway)
        if zones is None:
            yield Violation(
                gateway.urn,
                "could not decide: a regional NAT gateway is billed for every zone it reaches."
                " Make it zonal, or list its availabilityZoneAddresses",
            )
        before, count = count, count + (zones or 1)
        if before <= caps.max_nat_gateways < count:
            total = sum(_zone_count(nat) or 1 for nat in gateways)
            yield above_cap(
                gateway.urn,
                f"the stack has {total} NAT gateways",
                caps.max_nat_gateways,
                ": each is billed by the hour, used or not",
            )
    if caps.nat_in_different_zones:
        yield from _zones(graph, [gateway for gateway in gateways if not _is_regional(gateway)])


def _is_regional(gateway: Resource) -> bool:
    return stated(gateway, "availabilityMode") == "regional"


def _zone_count(gateway: Resource) -> int | None:
    """How many zones a gateway is billed for; None when that can't be told."""
    if not _is_regional(gateway):
        return 1
    return len(items(stated(gateway, "availabilityZoneAddresses"))) or None


def _zones(graph: Graph, gateways: list[Resource]) -> Iterator[Violation]:
    for one, other in combinations(gateways, 2):
        match _same_zone(_subnet(graph, one), _subnet(graph, other)):
            case True:
                yield Violation(
                    other.urn,
                    f"it is in the same availability zone as {one.name}: when the zone fails,"
                    " both do",
                )
            case None:
                yield undecided(other, f"whether {one.name} is in another zone", _PLACE)
            case False:
                pass


def _subnet(graph: Graph, gateway: Resource) -> Resource | None:
    return next(iter(linked(graph, gateway, "subnetId", *SUBNETS)), None)


def _same_zone(one: Resource | None, other: Resource | None) -> bool | None:
    """Whether two subnets share a zone; None when that can't be told."""
    if not one or not other:
        return None
    if one.urn == other.urn:
        return True
    for name in ("availabilityZone", "availabilityZoneId"):
        first, second = one.get(name), other.get(name)
        if isinstance(first, str) and isinstance(second, str):
            return first == second
    return None


RULES: Final = (
    Rule(
        id="nat-gateways",
        title="NAT gateways are few",
        description="A stack has at most its cap of NAT gateways; where it asks for it, each is"
        " in an availability zone of its own.",
        details="""
            Counts NAT gateways, public and private: each is billed by the hour, used or not. A
            regional gateway counts once for each zone in its `availabilityZoneAddresses`. With
            `natInDifferentZones` (prod) each is in a subnet of another zone, compared by zone name
            or by zone id.
        """,
        unknowns="""
            An unknown `availabilityMode` is a violation. Subnets whose zones aren't known are a
            violation, and so is a regional gateway that lists no zones.
        """,
        severity="high",
        pillar="Cost Optimization",
        tags=("cost", "network"),
        remediation="Share one gateway between zones, or use none: gateway endpoints for S3 and"
        " DynamoDB are free, and tasks in public subnets need no NAT. maxNatGateways and"
        " natInDifferentZones in policies/caps.yaml hold the caps.",
        url="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-pricing.html",
        caps=("maxNatGateways", "natInDifferentZones"),
        on_stack=nat_gateways,
    ),
)
