"""Route 53 zones and records. https://aws.amazon.com/route53/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    Free,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_month,
    by_usage,
    get_stated,
    known,
)
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

QUERIES: Final = UsageKey(
    name="monthly_standard_queries", unit="query", about="the queries of a month"
)
ZONE: Final = Meter("Route 53", "hosted zone")
BY_LATENCY: Final = UsageKey(
    name="monthly_latency_based_queries",
    unit="query",
    about="the queries of a month that are routed by latency",
)
BY_PLACE: Final = UsageKey(
    name="monthly_geo_queries", unit="query", about="queries that are routed by place"
)
QUERY: Final = Meter("Route 53", "standard query")
LATENCY: Final = Meter("Route 53", "latency routed query")
_PLACED: Final = ("geolocationRoutingPolicies", "geoproximityRoutingPolicy")


def _zone(_: Resource, context: MeterContext) -> Iterator[Charge]:
    yield by_month(context, ZONE)


def _record(record: Resource, context: MeterContext) -> Iterator[Charge | Free | Unpriced]:
    if known(get_stated(record, "aliases")):
        yield Free(reason="queries of an alias to AWS are free")
        return
    by_latency = context.usage(record).get(BY_LATENCY.name)
    if any(get_stated(record, name) for name in _PLACED):
        yield Unpriced(reason=f"no price for {BY_PLACE.about}")
    elif get_stated(record, "latencyRoutingPolicies"):
        yield by_usage(record, context, LATENCY, BY_LATENCY if by_latency else QUERIES)
    else:
        yield by_usage(record, context, QUERY, QUERIES)
        if by_latency:
            yield by_usage(record, context, LATENCY, BY_LATENCY)


METERS: Final = (
    MeterSpec(type="aws:route53/zone:Zone", terraform="aws_route53_zone", measure=_zone),
    MeterSpec(
        type="aws:route53/record:Record",
        terraform="aws_route53_record",
        measure=_record,
        usage_keys=(QUERIES, BY_LATENCY),
        unpriced_keys=(BY_PLACE,),
    ),
)
