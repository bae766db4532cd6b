"""How many tasks of an ECS service run, on average over a month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Surroundings, UsageKey
from buylink.costs.meters.by_usage import known
from buylink.costs.quantity import HOURS_PER_MONTH, Range
from buylink.graph import Resource

TARGET: Final = "aws:appautoscaling/target:Target"

TASKS: Final = UsageKey(
    name="tasks", unit="task", about="the tasks that run on average; bounded by its autoscaling"
)
MONTHLY_TASK_HOURS: Final = UsageKey(
    name="monthly_task_hours", unit="hour", about="the hours that tasks run, all together"
)

MONTHLY_TASK_STARTS: Final = UsageKey(
    name="monthly_task_starts",
    unit="task",
    about="the tasks that start, each with metric series of its own under Container Insights",
)


@dataclass(frozen=True, slots=True)
class Running:
    """Tasks on average, and why low and high differ."""

    average: Range
    why: str = ""


def running(service: Resource, surroundings: Surroundings) -> Running | None:
    """Between the bounds of its autoscaling; None for a service from zero without stated hours."""
    target = next(iter(surroundings.graph.referring(service, "resourceId", TARGET)), None)
    usage = surroundings.usage(service)
    if target is None:
        return _fixed(service)
    least, most = known(target.get("minCapacity")), known(target.get("maxCapacity"))
    if least is None or most is None:
        return None
    low, high = Decimal(int(str(least))), Decimal(int(str(most)))
    if hours := usage.get(MONTHLY_TASK_HOURS.name):
        average = (hours.amount / HOURS_PER_MONTH).at_least(low).at_most(high)
        return Running(average, hours.why)
    bounds = f"{low:f} to {high:f} tasks by its autoscaling"
    if stated := usage.get(TASKS.name):
        typical = min(max(stated.amount.typical, low), high)
        return Running(Range(low, typical, high), f"{bounds}; {stated.why}".rstrip("; "))
    if low == 0 and high > 0:
        return None
    return Running(Range(low, low, high), f"{bounds}; typical at its minimum: no usage is stated")


def _fixed(service: Resource) -> Running:
    """Without autoscaling: its desired count."""
    count = known(service.get("desiredCount"))
    return Running(_ONE, _UNSET) if count is None else Running(Range.exactly(int(str(count))))


_ONE: Final = Range.exactly(1)
_UNSET: Final = "desiredCount is not set: ECS starts one task"
