"""EventBridge's buses and what its rules start. https://aws.amazon.com/eventbridge/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Free, Metered, Surroundings, Unpriced, UsageKey
from buylink.costs.meters.by_usage import said
from buylink.costs.meters.chunks import by_chunks
from buylink.costs.meters.scheduler import TASKS
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

EVENTS: Final = UsageKey(
    name="monthly_custom_events", unit="event", about="the program's own events of a month"
)
EVENT: Final = Meter("EventBridge", "EventBridge custom event published")
_UNPRICED: Final = tuple(
    UsageKey(name=name, unit=unit, about=about)
    for name, unit, about in (
        ("monthly_third_party_events", "event", "events of partners and other accounts"),
        ("monthly_archive_processing_gb", "GB", "events that come into an archive"),
        ("archive_storage_gb", "GB-month", "events that an archive keeps"),
        ("monthly_schema_discovery_events", "event", "events whose schema is looked for"),
    )
)


def _bus(bus: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_chunks(bus, surroundings, EVENT, EVENTS)


def _target(target: Resource, _: Surroundings) -> Iterator[Free | Unpriced]:
    if said(target, "ecsTarget"):
        yield Unpriced(reason=TASKS)
    else:
        yield Free(reason="what it starts is charged")


METERED: Final = (
    Metered(
        type="aws:cloudwatch/eventBus:EventBus",
        terraform="aws_cloudwatch_event_bus",
        measure=_bus,
        usage_keys=(EVENTS,),
        unpriced_keys=_UNPRICED,
    ),
    Metered(
        type="aws:cloudwatch/eventTarget:EventTarget",
        terraform="aws_cloudwatch_event_target",
        measure=_target,
    ),
)
