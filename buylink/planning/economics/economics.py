"""The economics of a stack, from its own bill at its load and at others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from buylink.costs.bill import Assumptions, bill, load_for
from buylink.costs.estimate import CURRENCY, Estimate
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.load import MOST, Load, UsageError
from buylink.costs.usage.month import month_of
from buylink.graph import Graph
from buylink.planning.attribution import (
    ACTIVITIES,
    Activity,
    Attributed,
    Case,
    Counterfactuals,
    counterfactuals,
    summed,
)
from buylink.planning.economics.business import COMMAND_LINE, Business
from buylink.planning.economics.result import (
    Assumption,
    BreakEven,
    Economics,
    Payback,
    Period,
    Revenue,
    UnitCost,
)
from buylink.planning.options.result import Degree, Options

_ONE: Final[Mapping[Activity, str]] = {
    "videos": "video processed",
    "page views": "page view",
    "redirects": "redirect",
}
CASES: Final[tuple[Case, ...]] = (
    lambda amount: amount.low,
    lambda amount: amount.typical,
    lambda amount: amount.high,
)


@dataclass(frozen=True, kw_only=True)
class Optimization:
    """A change, the graph of the stack with it, and USD that it costs once to make."""

    name: str
    graph: Graph
    one_time_cost: Decimal
    note: str = ""


def economics(
    graph: Graph,
    assumptions: Assumptions,
    business: Business,
    optimizations: Sequence[Optimization] = (),
) -> Economics:
    """What a stack's bill means at its load. UsageError for a load without users, and what
    `bill` raises."""
    load = load_for(graph, assumptions)
    if load.users == 0:
        expected = "expected 1 or more to divide the bill by, got 0"
        raise UsageError(f"load: users: {expected}: give some with --load users=1000")
    priced = _Priced(graph, assumptions, load)
    whole = priced.at(load.users)
    return Economics(
        name=graph.stack,
        currency=CURRENCY,
        bill=whole.total,
        users=Decimal(load.users),
        units=tuple(_units(graph, assumptions, load)),
        revenue=business.revenue,
        break_even=_break_even(priced, business.revenue),
        periods=tuple(_periods(priced, business)),
        paybacks=tuple(
            _payback(optimization, whole, assumptions) for optimization in optimizations
        ),
        assumptions=(
            *_assumptions(load, business),
            *((business.engineer_day,) if optimizations else ()),
        ),
        warnings=whole.warnings,
    )


@dataclass(frozen=True)
class _Priced:
    """One graph at any number of users; videos grow with them, as they are now."""

    graph: Graph
    assumptions: Assumptions
    load: Load

    def at(self, users: int) -> Estimate:
        videos = round(Decimal(users) * self.load.videos_per_day / self.load.users)
        load = Load(users, min(videos, MOST))
        return bill(self.graph, replace(self.assumptions, load=load))


def _units(graph: Graph, assumptions: Assumptions, load: Load) -> Iterable[UnitCost]:
    bills = counterfactuals(graph, assumptions)
    total, users = bills.whole.total, Range.exactly(load.users)
    yield UnitCost(unit="user", count=users, cost=total, each=total / load.users)
    counts = _counts(graph, load, assumptions)
    cases = [_shared_out(bills, counts, case) for case in CASES]
    for activity in ACTIVITIES:
        caused, share = ([case[activity][part] for case in cases] for part in (0, 1))
        cost = [a + b for a, b in zip(caused, share, strict=True)]
        each = [
            amount / case(counts[activity])
            for amount, case in zip(cost, CASES, strict=True)
            if case(counts[activity])
        ]
        yield UnitCost(
            unit=_ONE[activity],
            count=counts[activity],
            cost=_between(cost),
            each=_between(each) if len(each) == len(cost) else None,
            caused=_between(caused),
            share=_between(share),
            adds_up=True,
        )


def _counts(graph: Graph, load: Load, assumptions: Assumptions) -> dict[Activity, Range]:
    figures = assumptions.figures or packaged_coefficients()
    month = month_of(graph, load, figures)
    return {"videos": month.videos, "page views": month.pages, "redirects": month.clicks}


def _shared_out(
    bills: Counterfactuals, counts: Mapping[Activity, Range], case: Case
) -> dict[Activity, tuple[Decimal, Decimal]]:
    """What each activity causes, and its share of the baseline.

    The latter is spread component by component over the activities that cause something in it, each
    event alike; where none does, over all.
    """
    events = {activity: case(counts[activity]) for activity in ACTIVITIES}
    caused: dict[Activity, Decimal] = dict.fromkeys(ACTIVITIES, Decimal(0))
    share: dict[Activity, Decimal] = dict.fromkeys(ACTIVITIES, Decimal(0))
    for lines in _by_component(bills.lines(case)).values():
        by_activity = summed(lines)
        baseline = sum((line.baseline for line in lines), Decimal(0))
        active: list[Activity] = [activity for activity in ACTIVITIES if events[activity]]
        causes: list[Activity] = [one for one in active if by_activity[one]] or active
        whole = sum((events[activity] for activity in causes), Decimal(0))
        for activity in ACTIVITIES:
            caused[activity] += by_activity[activity]
        for activity in causes:
            share[activity] += baseline * events[activity] / whole
    return {activity: (caused[activity], share[activity]) for activity in ACTIVITIES}


def _by_component(lines: Iterable[Attributed]) -> dict[str, list[Attributed]]:
    groups: dict[str, list[Attributed]] = {}
    for line in lines:
        groups.setdefault(line.component, []).append(line)
    return groups


def _between(cases: Sequence[Decimal]) -> Range:
    """Of the low, the typical and the high case: an amount for one may be highest at the lowest."""
    return Range(min(cases), cases[1], max(cases))


def _break_even(priced: _Priced, revenue: Revenue) -> BreakEven:
    def covered(users: int) -> bool:
        return revenue.of(Decimal(users)) >= priced.at(users).total.typical

    most = 1
    while not covered(most):
        if most >= MOST:
            return BreakEven(users=None, reason=_why_never(priced, revenue))
        most = min(most * 2, MOST)
    least = most // 2  # not covered, or none at all
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if covered(middle) else (middle, most)
    return BreakEven(users=most, reason="; ".join(priced.at(most).warnings))


def _why_never(priced: _Priced, revenue: Revenue) -> str:
    cost = priced.at(MOST).total.typical / MOST
    brings = f"{revenue.per_user.normalize():f} USD a month"
    return f"a user brings in {brings}, and at {MOST:,} users still costs {cost:.4f}"


def _periods(priced: _Priced, business: Business) -> Iterable[Period]:
    for month, users in business.projection.items():
        estimate = priced.at(users)
        yield Period(
            label=str(month),
            users=Decimal(users),
            revenue=business.revenue.of(Decimal(users)),
            cost=estimate.total,
            notes=estimate.warnings,
        )


def _payback(optimization: Optimization, before: Estimate, assumptions: Assumptions) -> Payback:
    after = bill(optimization.graph, assumptions)
    return Payback(
        name=optimization.name,
        one_time_cost=optimization.one_time_cost,
        saving=before.total.typical - after.total.typical,
        note=optimization.note,
    )


def _assumptions(load: Load, business: Business) -> Iterable[Assumption]:
    yield from (business.arpu, business.conversion)
    yield Assumption(
        name="videos",
        value=Decimal(load.videos_per_day) / load.users,
        unit="video a day for each user",
        basis="declared",
        source="the load; they grow with the users",
    )
    for month, users in sorted(business.users.items()):
        yield Assumption(
            name=f"users in month {month}",
            value=Decimal(users),
            unit="active user",
            basis="given" if business.users_source == COMMAND_LINE else "assumed",
            source=business.users_source,
        )


def with_paybacks(economics: Economics, options: Options, business: Business) -> Economics:
    """With each option that may be taken and saves something, the greatest saving first."""
    days: Mapping[Degree, Assumption] = {
        "low": business.effort_low,
        "medium": business.effort_medium,
        "high": business.effort_high,
    }
    paybacks = tuple(
        Payback(
            name=option.title,
            one_time_cost=days[option.effort].value * business.engineer_day.value,
            saving=option.saving,
            note=f"{option.effort} effort",
        )
        for option in options.singles
        if option.allowed and option.saving is not None and option.saving > 0
    )
    assumed = (business.engineer_day, *days.values()) if paybacks else ()
    return replace(economics, paybacks=paybacks, assumptions=(*economics.assumptions, *assumed))
