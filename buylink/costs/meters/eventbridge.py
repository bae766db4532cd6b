"""EventBridge: its buses, what its rules start, and its scheduler. https://aws.amazon.com/eventbridge/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.aws.schedules import runs_in
from buylink.costs.meters.charge import (
    Charge,
    Free,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_chunks,
    get_nested,
    get_stated,
)
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import DAYS_PER_MONTH, Range
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


def _bus(bus: Resource, context: MeterContext) -> Iterator[Charge]:
    yield by_chunks(bus, context, EVENT, EVENTS)


def _target(target: Resource, _: MeterContext) -> Iterator[Free | Unpriced]:
    if get_stated(target, "ecsTarget"):
        yield Unpriced(reason=TASKS)
    else:
        yield Free(reason="what it starts is charged")


SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
TASKS: Final = "the tasks that it starts: nothing says how long they run"
INVOCATION: Final = Meter("EventBridge", "EventBridge Scheduler invocation")


def runs_of(schedule: Resource) -> Decimal | None:
    """How often a schedule starts its target in a month; None when that isn't known."""
    if get_stated(schedule, "state") == "DISABLED":
        return Decimal(0)
    expression = get_stated(schedule, "scheduleExpression")
    return runs_in(DAYS_PER_MONTH, expression) if isinstance(expression, str) else None


def _schedule(schedule: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    if get_nested(schedule, "target", "ecsParameters"):
        yield Unpriced(reason=TASKS)
    runs, price = runs_of(schedule), context.price(INVOCATION)
    if runs is None:
        note = "depends on how often it runs"
        yield Charge(price=price, quantity=None, kind="baseline", note=note)
    else:
        note = str(get_stated(schedule, "scheduleExpression"))
        yield Charge(price=price, quantity=Range.exactly(runs), kind="baseline", note=note)


METERS: Final = (
    MeterSpec(type=SCHEDULE, terraform="aws_scheduler_schedule", measure=_schedule),
    MeterSpec(
        type="aws:cloudwatch/eventBus:EventBus",
        terraform="aws_cloudwatch_event_bus",
        measure=_bus,
        usage_keys=(EVENTS,),
        unpriced_keys=_UNPRICED,
    ),
    MeterSpec(
        type="aws:cloudwatch/eventTarget:EventTarget",
        terraform="aws_cloudwatch_event_target",
        measure=_target,
    ),
)
