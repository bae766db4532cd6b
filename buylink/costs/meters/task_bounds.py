"""Between how many tasks autoscaling keeps a service, on average over a week.

https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from buylink.costs.meters.by_usage import known, said
from buylink.costs.meters.clock import MINUTES_A_WEEK, minutes_of_week
from buylink.graph import Graph, Resource

ACTION: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most tasks, each an average of what a clock sets; and what sets them."""

    least: Decimal
    most: Decimal
    why: str


def bounds_of(target: Resource, graph: Graph) -> Bounds | None:
    """Of a scalable target and its scheduled actions; None where they aren't known."""
    least, most = known(said(target, "minCapacity")), known(said(target, "maxCapacity"))
    if least is None or most is None:
        return None
    own = (int(str(least)), int(str(most)))
    actions = graph.referring(target, "resourceId", ACTION)
    if not actions:
        return Bounds(
            Decimal(own[0]), Decimal(own[1]), f"{own[0]} to {own[1]} tasks by autoscaling"
        )
    changes = _changes(actions)
    if changes is None:
        return None
    return _average(own, changes)


_Change = tuple[int | None, int | None]


def _changes(actions: Sequence[Resource]) -> dict[int, _Change] | None:
    """The bounds that are set in the minutes of a week."""
    found: dict[int, _Change] = {}
    for action in actions:
        bounds, schedule = said(action, "scalableTargetAction"), said(action, "schedule")
        minutes = minutes_of_week(schedule) if isinstance(schedule, str) else None
        if minutes is None or not isinstance(bounds, Mapping):
            return None
        set_to = (_bound(bounds, "minCapacity"), _bound(bounds, "maxCapacity"))
        found |= dict.fromkeys(minutes, set_to)
    return found


def _bound(bounds: Mapping[str, Any], name: str) -> int | None:
    value = known(bounds.get(name))
    return None if value is None else int(str(value))


def _average(own: tuple[int, int], changes: Mapping[int, _Change]) -> Bounds:
    """What holds from one change to the next; a week begins as the one before it ended."""
    times = sorted(changes)
    least, most = own
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
