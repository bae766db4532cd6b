"""Route 53 zones and records. https://aws.amazon.com/route53/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Free, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage, known
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

QUERIES: Final = UsageKey(
    name="monthly_standard_queries", unit="query", about="the queries of a month"
)
ZONE: Final = Meter("Route 53", "hosted zone")
QUERY: Final = Meter("Route 53", "standard query")


def _zone(_: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_month(surroundings, ZONE)


def _record(record: Resource, surroundings: Surroundings) -> Iterator[Charge | Free]:
    if known(record.get("aliases")):
        yield Free(reason="queries of an alias to AWS are free")
    else:
        yield by_usage(record, surroundings, QUERY, QUERIES)


METERED: Final = (
    Metered(type="aws:route53/zone:Zone", terraform="aws_route53_zone", measure=_zone),
    Metered(
        type="aws:route53/record:Record",
        terraform="aws_route53_record",
        measure=_record,
        usage_keys=(QUERIES,),
    ),
)
