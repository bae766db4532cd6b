"""What growth costs: a stack's bill at rising loads, planned anew where a setting needs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.quantity import ZERO, Range
from buylink.costs.usage.load import Load
from buylink.planning.change import Change, load_changes
from buylink.planning.growth.load_rules import adjustments, limits
from buylink.planning.growth.loads import Course
from buylink.planning.growth.refusals import Refusals, caps_of
from buylink.planning.growth.result import Adjustment, Goal, GrowingLine, Growth, Point, Series
from buylink.planning.options.options import Progress, options, silent
from buylink.planning.options.result import Options
from buylink.planning.replan import Plan, Replanner
from buylink.settings import Settings

GROWING: Final = 3
"""Lines that a point names."""

Changes = tuple[Change, ...]


def growth(
    stack: Replanner,
    courses: Sequence[Course],
    limit: Decimal | None,
    progress: Progress = silent,
) -> Growth:
    """The bill along each course; `limit` is what the largest loads may cost, USD a month.

    Raises PriceError and PlanFailedError.
    """
    (declared,) = stack.previews([()])
    plans = _Plans(stack, declared, stack.settings())
    refusals = Refusals(stack, declared)
    series = tuple(_series(course, plans, refusals) for course in courses)
    search = _GoalSearch(stack, declared.load, progress)
    ends = dict.fromkeys(one.points[-1].load for one in series if one.name != "videos")
    return Growth(
        stack=declared.graph.stack,
        region=declared.priced().region,
        declared=declared.load,
        current=declared.priced(),
        series=series,
        goals=()
        if limit is None
        else tuple(search.goal(load, limit, plans.needs(load)) for load in ends),
    )


@dataclass
class _Plans:
    """Plans by their settings: most loads share one."""

    stack: Replanner
    declared: Plan
    settings: Settings
    _by_changes: dict[Changes, Plan] = field(default_factory=dict[Changes, Plan])

    def needs(self, load: Load) -> tuple[Adjustment, ...]:
        return adjustments(self.declared.graph, self.settings, load)

    def plan(self, changes: Changes) -> Plan:
        return self.declared if not changes else self._by_changes[changes]

    def make(self, variants: Iterable[Changes]) -> None:
        missing = [
            changes
            for changes in dict.fromkeys(variants)
            if changes and changes not in self._by_changes
        ]
        for changes, plan in zip(missing, self.stack.plans(missing), strict=True):
            self._by_changes[changes] = plan


def _changes(needed: Iterable[Adjustment]) -> Changes:
    return tuple(adjustment.change for adjustment in needed)


def _series(course: Course, plans: _Plans, refusals: Refusals) -> Series:
    needs = [plans.needs(load) for load in course.loads]
    plans.make(_changes(needed) for needed in needs)
    points: list[Point] = []
    for load, needed in zip(course.loads, needs, strict=True):
        plan = plans.plan(_changes(needed))
        bill = plan.priced(load)
        points.append(
            Point(
                load=load,
                estimate=bill,
                adjustments=needed,
                caps=limits(plan.graph, plans.settings, load, bill),
            )
        )
    first = points[0].estimate
    months: Sequence[int | None] = course.months or [None] * len(points)
    refused = refusals.along(points)
    complete = (
        replace(
            point,
            month=month,
            caps=(*policies, *point.caps),
            growing=_growing(first, point.estimate),
        )
        for point, month, policies in zip(points, months, refused, strict=True)
    )
    return Series(name=course.name, about=course.about, points=tuple(complete))


def _growing(first: Estimate, here: Estimate) -> tuple[GrowingLine, ...]:
    """The lines that cost most more than at first."""
    before = _by_meter(first)
    lines = [
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
    lines.sort(key=lambda line: (-line.more, line.resource, line.meter))
    return tuple(line for line in lines[:GROWING] if line.more > 0)


def _by_meter(bill: Estimate) -> Mapping[tuple[str, str, int], Line]:
    """A resource may have several lines of one meter: the n-th is the n-th of the other bill."""
    lines: dict[tuple[str, str, int], Line] = {}
    for line in bill.lines:
        number = 0
        while (key := (line.urn, line.price.meter.name, number)) in lines:
            number += 1
        lines[key] = line
    return lines


@dataclass(frozen=True, slots=True)
class _GoalSearch:
    """Whether a load can be served at a price, by the settings that the options propose."""

    stack: Replanner
    declared: Load
    progress: Progress

    def goal(self, load: Load, limit: Decimal, needed: tuple[Adjustment, ...]) -> Goal:
        """Judged on the typical bill: as declared where that is enough, else with the best set."""
        base = (*_changes(needed), *load_changes(self.declared, load))
        (plan,) = self.stack.previews([base])
        as_declared = proposed = plan.priced().total
        changes: Changes = ()
        why = f"{_usd(as_declared)} as declared: nothing needs to change"
        if as_declared.typical > limit:
            cheaper = options(self.stack, base, self.progress)
            changes, proposed = cheaper.best.changes, cheaper.best.total
            (plan,) = self.stack.previews([[*base, *changes]])
            why = _why(cheaper, limit)
        settings = self.stack.settings([*base, *changes])
        caps = (*caps_of(plan).values(), *limits(plan.graph, settings, load, plan.priced()))
        return Goal(
            load=load,
            limit=limit,
            as_declared=as_declared,
            proposed=proposed,
            changes=changes,
            adjustments=needed,
            caps=caps,
            met=proposed.typical <= limit,
            why=why,
        )


def _why(cheaper: Options, limit: Decimal) -> str:
    """What brings it there, or the dearest lines of what is left."""
    best = cheaper.best
    names = ", ".join(best.options) or "no option"
    if best.total.typical <= limit:
        return f"{_usd(best.total)} with {names}"
    lines = sorted(
        (line for line in best.estimate.lines if line.monthly),
        key=lambda line: line.monthly.typical if line.monthly else Decimal(0),
        reverse=True,
    )
    dearest = "; ".join(
        f"{line.price.meter.name} of {line.name} ${line.monthly.typical:,.2f}"
        for line in lines[:3]
        if line.monthly
    )
    return (
        f"{_usd(best.total)} even with {names}; what is left is mostly paid by the load: {dearest}"
    )


def _usd(amount: Range) -> str:
    return f"${amount.typical:,.2f}"
