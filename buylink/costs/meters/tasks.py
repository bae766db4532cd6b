"""How many tasks of an ECS service run, on average over a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.aws.schedules import MINUTES_A_WEEK, minutes_of_week
from buylink.costs.meters.charge import MeterContext, UsageKey, get_stated, known
from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range
from buylink.graph import UNKNOWN, Graph, Resource, Value

ACTION: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most tasks, each an average of what a clock sets; and what sets them."""

    least: Decimal
    most: Decimal
    why: str


def bounds_of(target: Resource, graph: Graph) -> Bounds | None:
    """Of a scalable target and its scheduled actions; None where they aren't known.

    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
    """
    least, most = known(get_stated(target, "minCapacity")), known(get_stated(target, "maxCapacity"))
    if least is None or most is None:
        return None
    declared = (int(str(least)), int(str(most)))
    actions = graph.referring(target, "resourceId", ACTION)
    if not actions:
        return Bounds(
            Decimal(declared[0]),
            Decimal(declared[1]),
            f"{declared[0]} to {declared[1]} tasks by autoscaling",
        )
    changes = _changes(actions)
    if changes is None:
        return None
    return _average(declared, changes)


_Change = tuple[int | None, int | None]


def _changes(actions: Sequence[Resource]) -> dict[int, _Change] | None:
    """The bounds that are set in the minutes of a week."""
    changes: dict[int, _Change] = {}
    for action in actions:
        bounds, schedule = (
            get_stated(action, "scalableTargetAction"),
            get_stated(action, "schedule"),
        )
        minutes = minutes_of_week(schedule) if isinstance(schedule, str) else None
        if minutes is None or not isinstance(bounds, Mapping):
            return None
        set_to = (_bound(bounds, "minCapacity"), _bound(bounds, "maxCapacity"))
        changes |= dict.fromkeys(minutes, set_to)
    return changes


def _bound(bounds: Mapping[str, Value], name: str) -> int | None:
    value = known(bounds.get(name))
    return None if value is None else int(str(value))


def _average(initial: tuple[int, int], changes: Mapping[int, _Change]) -> Bounds:
    """What holds from one change to the next; a week begins as the one before it ended."""
    times = sorted(changes)
    least, most = initial
    for time in times:
        least, most = _after((least, most), changes[time])
    minutes_least = minutes_most = 0
    for begins, ends in zip([0, *times], [*times, MINUTES_A_WEEK], strict=True):
        if begins in changes:
            least, most = _after((least, most), changes[begins])
        minutes_least += least * (ends - begins)
        minutes_most += most * (ends - begins)
    return Bounds(
        Decimal(minutes_least) / MINUTES_A_WEEK,
        Decimal(minutes_most) / MINUTES_A_WEEK,
        f"on average {minutes_least / MINUTES_A_WEEK:.2g} to {minutes_most / MINUTES_A_WEEK:.2g}"
        " tasks by scheduled scaling",
    )


def _after(bounds: tuple[int, int], change: _Change) -> tuple[int, int]:
    return (
        bounds[0] if change[0] is None else change[0],
        bounds[1] if change[1] is None else change[1],
    )


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


def running(service: Resource, context: MeterContext) -> Running | None:
    """Between the bounds of its autoscaling; None for a service from zero without stated hours."""
    target = next(iter(context.graph.referring(service, "resourceId", TARGET)), None)
    if target is None:
        return _fixed(service)
    usage = context.usage(service)
    bounds = bounds_of(target, context.graph)
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
    count = get_stated(service, "desiredCount")
    if count is UNKNOWN:
        return None
    return Running(_UP_TO_ONE, _UNSET) if count is None else Running(Range.exactly(int(str(count))))


_UP_TO_ONE: Final = Range.between(0, 1, 1)
_UNSET: Final = "desiredCount is not set: no task starts until somebody sets it, taken for one"
