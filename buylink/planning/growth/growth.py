"""What growth costs: a stack's bill at rising loads, planned anew where a setting needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.quantity import ZERO
from buylink.costs.usage.load import Load
from buylink.planning.change import Change
from buylink.planning.growth.goals import Search, goal_at
from buylink.planning.growth.load_rules import adjustments, limits
from buylink.planning.growth.loads import Course
from buylink.planning.growth.refusals import Refusals
from buylink.planning.growth.result import Adjustment, GrowingLine, Growth, Point, Series
from buylink.planning.options.options import Progress, silent
from buylink.planning.replan import Plan, Replanner
from buylink.settings import Settings

GROWING: Final = 3
"""Lines that a point names."""

Changes = tuple[Change, ...]


def growth(
    stack: Replanner,
    courses: Sequence[Course],
    most: Decimal | None,
    progress: Progress = silent,
) -> Growth:
    """The bill along each course; `most` is what the largest loads may cost, USD a month.

    Raises PriceError and PlanFailedError.
    """
    (declared,) = stack.previews([()])
    planned = _Planned(stack, declared, stack.settings())
    refusals = Refusals(stack, declared)
    series = tuple(_series(course, planned, refusals) for course in courses)
    search = Search(stack, declared.load, progress)
    ends = dict.fromkeys(it.points[-1].load for it in series if it.name != "videos")
    return Growth(
        stack=declared.graph.stack,
        region=declared.priced().region,
        declared=declared.load,
        current=declared.priced(),
        series=series,
        goals=()
        if most is None
        else tuple(goal_at(it, most, planned.needs(it), search) for it in ends),
    )


@dataclass
class _Planned:
    """Plans by their settings: most loads share one."""

    stack: Replanner
    declared: Plan
    settings: Settings
    _plans: dict[Changes, Plan] = field(default_factory=dict[Changes, Plan])

    def needs(self, load: Load) -> tuple[Adjustment, ...]:
        return adjustments(self.declared.graph, self.settings, load)

    def plan(self, changes: Changes) -> Plan:
        return self.declared if not changes else self._plans[changes]

    def make(self, wanted: Iterable[Changes]) -> None:
        missing = [it for it in dict.fromkeys(wanted) if it and it not in self._plans]
        for changes, plan in zip(missing, self.stack.plans(missing), strict=True):
            self._plans[changes] = plan


def _changes(found: Iterable[Adjustment]) -> Changes:
    return tuple(it.change for it in found)


def _series(course: Course, planned: _Planned, refusals: Refusals) -> Series:
    needs = [planned.needs(load) for load in course.loads]
    planned.make(_changes(it) for it in needs)
    points: list[Point] = []
    for load, needed in zip(course.loads, needs, strict=True):
        plan = planned.plan(_changes(needed))
        bill = plan.priced(load)
        points.append(
            Point(
                load=load,
                estimate=bill,
                adjustments=needed,
                caps=limits(plan.graph, planned.settings, load, bill),
            )
        )
    first = points[0].estimate
    months: Sequence[int | None] = course.months or [None] * len(points)
    refused = refusals.along(points)
    done = (
        replace(
            point,
            month=month,
            caps=(*found, *point.caps),
            growing=_growing(first, point.estimate),
        )
        for point, month, found in zip(points, months, refused, strict=True)
    )
    return Series(name=course.name, about=course.about, points=tuple(done))


def _growing(first: Estimate, here: Estimate) -> tuple[GrowingLine, ...]:
    """The lines that cost most more than at first."""
    before = _by_meter(first)
    found = [
        GrowingLine(
            resource=line.name,
            component=line.component,
            service=line.price.meter.service,
            meter=line.price.meter.name,
            first=(was.monthly if (was := before.get(key)) else None) or ZERO,
            here=line.monthly or ZERO,
        )
        for key, line in _by_meter(here).items()
    ]
    found.sort(key=lambda it: (-it.more, it.resource, it.meter))
    return tuple(it for it in found[:GROWING] if it.more > 0)


def _by_meter(bill: Estimate) -> Mapping[tuple[str, str, int], Line]:
    """A resource may have several lines of one meter: the n-th is the n-th of the other bill."""
    found: dict[tuple[str, str, int], Line] = {}
    for line in bill.lines:
        number = 0
        while (key := (line.urn, line.price.meter.name, number)) in found:
            number += 1
        found[key] = line
    return found
