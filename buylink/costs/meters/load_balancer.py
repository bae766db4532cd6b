"""Application and network load balancers. https://aws.amazon.com/elasticloadbalancing/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_hour,
    by_usage,
    depending,
    doubtful,
    get_stated,
    known,
)
from buylink.costs.meters.nat_gateway import OUTBOUND, TO_INTERNET
from buylink.costs.meters.vpc import IPV4, zones
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range
from buylink.graph import UNKNOWN, Resource

NEW_CONNECTIONS: Final = UsageKey(
    name="new_connections", unit="connection/s", about="the new connections a second"
)
ACTIVE_CONNECTIONS: Final = UsageKey(
    name="active_connections", unit="connection", about="the connections open in a minute"
)
PROCESSED: Final = UsageKey(
    name="processed_bytes_gb", unit="GB", about="the data through it in a month"
)
RULES: Final = UsageKey(
    name="rule_evaluations",
    unit="evaluation/s",
    about="the rules evaluated a second",
)
_CAPACITY: Final = {
    "application": {NEW_CONNECTIONS: 25, ACTIVE_CONNECTIONS: 3000, PROCESSED: 1, RULES: 1000},
    "network": {NEW_CONNECTIONS: 800, ACTIVE_CONNECTIONS: 100_000, PROCESSED: 1},
}
"""What one capacity unit serves; of PROCESSED, gigabytes an hour. The dearest of them is billed."""

_LEAST_ZONES: Final = {"application": 2, "network": 1}
_METERS: Final = {
    "application": (Meter("ALB", "ALB hour"), Meter("ALB", "ALB LCU-hour")),
    "network": (Meter("NLB", "NLB hour"), Meter("NLB", "NLB NLCU-hour")),
}


def _balancer(resource: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    kind = known(get_stated(resource, "loadBalancerType")) or "application"
    if kind not in _METERS:
        yield Unpriced(reason=f"no price for a load balancer of type {kind}")
        return
    hour, unit = _METERS[str(kind)]
    yield by_hour(context, hour)
    yield _units(resource, context, unit, str(kind))
    yield from _public(resource, str(kind), context)


def _units(resource: Resource, context: MeterContext, meter: Meter, kind: str) -> Charge:
    """Capacity units over the month: the largest of the parts that are stated."""
    usage = context.usage(resource)
    parts: list[Range] = []
    whys: list[str] = []
    for key, served in _CAPACITY[kind].items():
        if stated := usage.get(key.name):
            in_month = 1 if key is PROCESSED else HOURS_PER_MONTH
            parts.append(stated.amount * in_month / served)
            whys.append(stated.why)
    price = context.price(meter)
    if not parts:
        note = "depends on its connections and the data through it"
        return Charge(price=price, quantity=None, kind="usage", note=note)
    largest = Range(
        max(part.low for part in parts),
        max(part.typical for part in parts),
        max(part.high for part in parts),
    )
    note = "; ".join(dict.fromkeys(filter(None, whys)))
    return Charge(price=price, quantity=largest, kind="usage", note=note)


def _public(resource: Resource, kind: str, context: MeterContext) -> Iterator[Charge]:
    """An internet-facing one has a public address in each zone, and its answers leave AWS."""
    internal = get_stated(resource, "internal")
    if internal is True or internal == "true":
        return
    addresses = _addresses(resource, kind, context)
    if internal is UNKNOWN:
        yield from (doubtful(address, "whether it faces the internet") for address in addresses)
        yield depending(context, TO_INTERNET, "whether it faces the internet", "usage")
        return
    yield from addresses
    yield by_usage(resource, context, TO_INTERNET, OUTBOUND)


def _addresses(resource: Resource, kind: str, context: MeterContext) -> list[Charge]:
    """Those that AWS gives it; an elastic address that it is given is charged on its own."""
    mappings = get_stated(resource, "subnetMappings")
    if isinstance(mappings, list) and mappings:
        number = sum(1 for mapping in mappings if not mapping.get("allocationId"))
        return [by_hour(context, IPV4, number)] if number else []
    name = "subnetMappings" if mappings else "subnets"
    return [zones(resource, name, _LEAST_ZONES[kind]).charge(context, IPV4)]


METERS: Final = tuple(
    MeterSpec(
        type=kind,
        terraform=terraform,
        measure=_balancer,
        usage_keys=(NEW_CONNECTIONS, ACTIVE_CONNECTIONS, PROCESSED, RULES, OUTBOUND),
    )
    for kind, terraform in (
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:alb/loadBalancer:LoadBalancer", "aws_alb"),
    )
)
