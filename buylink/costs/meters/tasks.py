"""How many tasks of an ECS service run, on average over a month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Surroundings, UsageKey
from buylink.costs.meters.by_usage import said
from buylink.costs.meters.task_bounds import Bounds, bounds_of
from buylink.costs.quantity import HOURS_PER_MONTH, Range
from buylink.graph import UNKNOWN, Resource

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
    """Tasks on average, why low and high differ, and what the service can't do."""

    average: Range
    why: str = ""
    warning: str = ""
    always: bool = True
    """Whether some run without anything to do."""


def running(service: Resource, surroundings: Surroundings) -> Running | None:
    """Between the bounds of its autoscaling; None for a service from zero without stated hours."""
    target = next(iter(surroundings.graph.referring(service, "resourceId", TARGET)), None)
    if target is None:
        return _fixed(service)
    usage = surroundings.usage(service)
    bounds = bounds_of(target, surroundings.graph)
    if bounds is None:
        return None
    if hours := usage.get(MONTHLY_TASK_HOURS.name):
        wanted = hours.amount / HOURS_PER_MONTH
        average = wanted.at_least(bounds.least).at_most(bounds.most)
        return Running(average, hours.why, _too_much(wanted.typical, bounds), bounds.least > 0)
    if stated := usage.get(TASKS.name):
        wanted = stated.amount.typical
        typical = min(max(wanted, bounds.least), bounds.most)
        why = f"{bounds.why}; {stated.why}".rstrip("; ")
        average = Range(bounds.least, typical, bounds.most)
        return Running(average, why, _too_much(wanted, bounds), bounds.least > 0)
    if bounds.least == 0 and bounds.most > 0:
        return None
    why = f"{bounds.why}; typical at its minimum: no usage is stated"
    return Running(Range(bounds.least, bounds.least, bounds.most), why)


def _too_much(wanted: Decimal, bounds: Bounds) -> str:
    if wanted <= bounds.most:
        return ""
    return (
        f"the load needs {wanted:,.1f} tasks, at most {bounds.most:,f} may run: priced at those,"
        " which can't serve it"
    )


def _fixed(service: Resource) -> Running | None:
    """Without autoscaling: its desired count."""
    count = said(service, "desiredCount")
    if count is UNKNOWN:
        return None
    return Running(_UP_TO_ONE, _UNSET) if count is None else Running(Range.exactly(int(str(count))))


_UP_TO_ONE: Final = Range.between(0, 1, 1)
_UNSET: Final = "desiredCount is not set: no task starts until somebody sets it, taken for one"
