"""EventBridge Scheduler. https://aws.amazon.com/eventbridge/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, Unpriced
from buylink.costs.meters.by_usage import part, said
from buylink.costs.meters.clock import runs_per_month
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import Range
from buylink.graph import Resource

SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
TASKS: Final = "the tasks that it starts: nothing says how long they run"
INVOCATION: Final = Meter("EventBridge", "EventBridge Scheduler invocation")


def runs_of(schedule: Resource) -> Decimal | None:
    """How often a schedule starts its target in a month; None when that isn't known."""
    if said(schedule, "state") == "DISABLED":
        return Decimal(0)
    expression = said(schedule, "scheduleExpression")
    return runs_per_month(expression) if isinstance(expression, str) else None


def _schedule(schedule: Resource, surroundings: Surroundings) -> Iterator[Charge | Unpriced]:
    if part(schedule, "target", "ecsParameters"):
        yield Unpriced(reason=TASKS)
    runs, price = runs_of(schedule), surroundings.price(INVOCATION)
    if runs is None:
        note = "depends on how often it runs"
        yield Charge(price=price, quantity=None, kind="baseline", note=note)
    else:
        note = str(said(schedule, "scheduleExpression"))
        yield Charge(price=price, quantity=Range.exactly(runs), kind="baseline", note=note)


METERED: Final = (Metered(type=SCHEDULE, terraform="aws_scheduler_schedule", measure=_schedule),)
