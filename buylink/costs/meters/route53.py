"""Route 53 zones and records. https://aws.amazon.com/route53/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Free, Metered, Surroundings, Unpriced, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage, known, said
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


def _zone(_: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_month(surroundings, ZONE)


def _record(record: Resource, surroundings: Surroundings) -> Iterator[Charge | Free | Unpriced]:
    if known(said(record, "aliases")):
        yield Free(reason="queries of an alias to AWS are free")
        return
    by_latency = surroundings.usage(record).get(BY_LATENCY.name)
    if any(said(record, name) for name in _PLACED):
        yield Unpriced(reason=f"no price for {BY_PLACE.about}")
    elif said(record, "latencyRoutingPolicies"):
        yield by_usage(record, surroundings, LATENCY, BY_LATENCY if by_latency else QUERIES)
    else:
        yield by_usage(record, surroundings, QUERY, QUERIES)
        if by_latency:
            yield by_usage(record, surroundings, LATENCY, BY_LATENCY)


METERED: Final = (
    Metered(type="aws:route53/zone:Zone", terraform="aws_route53_zone", measure=_zone),
    Metered(
        type="aws:route53/record:Record",
        terraform="aws_route53_record",
        measure=_record,
        usage_keys=(QUERIES, BY_LATENCY),
        unpriced_keys=(BY_PLACE,),
    ),
)
