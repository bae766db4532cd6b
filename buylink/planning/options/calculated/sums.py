"""What a calculation starts from, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.book import PriceError, RegionalPrices, packaged
from buylink.costs.prices.quantity import ZERO, Range, total
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.month import Month, month_of
from buylink.graph import Graph
from buylink.planning.change import Change
from buylink.planning.options.result import Degree, Fact, Option
from buylink.planning.replan import Plan
from buylink.settings import Settings


@dataclass(frozen=True)
class Bill:
    """A stack at its load: what the calculations start from."""

    plan: Plan
    settings: Settings
    estimate: Estimate

    @property
    def graph(self) -> Graph:
        return self.plan.graph

    @property
    def prices(self) -> RegionalPrices:
        return packaged().in_region(self.estimate.region)

    @property
    def month(self) -> Month:
        return month_of(self.graph, self.plan.load, packaged_coefficients())

    def lines(self, fits: Callable[[Line], bool]) -> list[Line]:
        return [line for line in self.estimate.lines if fits(line)]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What is no longer paid, and what is instead."""

    less: Range
    more: Range = ZERO
    facts: tuple[Fact, ...] = ()


def option(
    found: Bill,
    name: str,
    title: str,
    rated: tuple[Degree, Degree],
    why: str,
    amount: Callable[[], Sum | Range],
    changes: tuple[Change, ...] = (),
) -> Option:
    """`amount` gives the new total, or what changes of it; PriceError there is said."""
    before, unpriced, facts, after = found.estimate.total, "", (), None
    try:
        result = amount()
        after = result if isinstance(result, Range) else _shifted(before, result)
        facts = () if isinstance(result, Range) else result.facts
    except PriceError as error:
        unpriced = str(error)
    return Option(
        id=name,
        group=name.partition("-")[0],
        title=title,
        method="calculated",
        changes=changes,
        before=before,
        total=after,
        risk=rated[0],
        effort=rated[1],
        why=why,
        facts=facts,
        unpriced=unpriced,
    )


def paid(lines: Iterable[Line]) -> Range:
    """What lines cost together."""
    return total(line.monthly for line in lines if line.monthly)


def _shifted(before: Range, change: Sum) -> Range:
    """Scenario by scenario: lows with lows, highs with highs."""
    less, more = change.less, change.more
    low, typical, high = (
        before.low - less.low + more.low,
        before.typical - less.typical + more.typical,
        before.high - less.high + more.high,
    )
    return Range(min(low, typical, high), typical, max(low, typical, high))
