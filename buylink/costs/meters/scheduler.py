"""EventBridge Scheduler. https://aws.amazon.com/eventbridge/pricing/

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import DAYS_PER_MONTH, Range
from buylink.graph import Resource

SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
INVOCATION: Final = Meter("EventBridge", "EventBridge Scheduler invocation")

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \S+\)")
_PER_DAY: Final = {"minute": Decimal(24 * 60), "hour": Decimal(24), "day": Decimal(1)}
_DAYS_A_WEEK: Final = 7


def runs_per_month(expression: str) -> Decimal | None:
    """How often a `rate(...)` or a plain `cron(...)` runs in 730 hours; None for other forms.

    Plain is a cron whose minute and hour are numbers, `*` or lists, on every day or on named
    weekdays, in every month.
    """
    if rate := _RATE.fullmatch(expression.strip()):
        return _PER_DAY[rate[2]] / int(rate[1]) * DAYS_PER_MONTH if int(rate[1]) else None
    cron = _CRON.fullmatch(expression.strip())
    if cron is None or cron[4] != "*" or cron[3] not in ("*", "?"):
        return None
    minutes, hours = _many(cron[1], 60), _many(cron[2], 24)
    days = _DAYS_A_WEEK if cron[5] in ("*", "?") else _many(cron[5], None)
    if minutes is None or hours is None or days is None:
        return None
    return Decimal(minutes * hours * days) / _DAYS_A_WEEK * DAYS_PER_MONTH


def _many(field: str, all_of: int | None) -> int | None:
    """How many values a field names; None where it does more than name them."""
    if field == "*":
        return all_of
    if re.fullmatch(r"\w+(,\w+)*", field):
        return len(field.split(","))
    step = re.fullmatch(r"(?:\*|0)/(\d+)", field)
    return -(-all_of // int(step[1])) if step and all_of and int(step[1]) else None


def runs_of(schedule: Resource) -> Decimal | None:
    """How often a schedule starts its target in a month; None when that isn't known."""
    if schedule.get("state") == "DISABLED":
        return Decimal(0)
    expression = schedule.get("scheduleExpression")
    return runs_per_month(expression) if isinstance(expression, str) else None


def _schedule(schedule: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    runs, price = runs_of(schedule), surroundings.price(INVOCATION)
    if runs is None:
        note = "depends on how often it runs"
        yield Charge(price=price, quantity=None, kind="baseline", note=note)
    else:
        note = str(schedule.get("scheduleExpression"))
        yield Charge(price=price, quantity=Range.exactly(runs), kind="baseline", note=note)


METERED: Final = (Metered(type=SCHEDULE, terraform="aws_scheduler_schedule", measure=_schedule),)
