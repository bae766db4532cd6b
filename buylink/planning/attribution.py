"""What of a bill is there because of what: each line shared out among the hub's activities.

Nothing is attributed by hand: the same graph is priced again without an activity, and what a line
costs less is what that activity causes. Where two activities share a line that isn't simply their
sum (a minimum, a tier), each is charged the mean of what it adds as the first and as the last (the
Shapley value), so that the shares add up to the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

from buylink.costs.bill import Assumptions, bill, load_for
from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.coefficients import Coefficients, packaged
from buylink.costs.usage.load import Load
from buylink.graph import Graph

Activity = Literal["videos", "page views", "redirects"]
ACTIVITIES: Final[tuple[Activity, ...]] = ("videos", "page views", "redirects")
Case = Callable[[Range], Decimal]
"""Which of low, typical and high is looked at."""

_Key = tuple[str, Meter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributed:
    """One meter of one resource, and what of it each activity causes; the rest is baseline."""

    urn: str
    meter: str
    service: str
    component: str
    amount: Decimal
    caused: Mapping[Activity, Decimal]

    @property
    def name(self) -> str:
        """`hub-network-nat-0: NAT gateway hour`."""
        return f"{self.urn.split('::')[-1]}: {self.meter}"

    @property
    def baseline(self) -> Decimal:
        return max(self.amount - sum(self.caused.values(), Decimal(0)), Decimal(0))


@dataclass(frozen=True)
class Counterfactuals:
    """The bill of one graph at a load, and without each of its activities.

    Users cause page views, and a redirect follows a page view: so redirects are what a page view's
    cost grows by when visitors click.
    """

    whole: Estimate
    no_clicks: Estimate
    no_users: Estimate
    no_videos: Estimate
    only_pages: Estimate
    nothing: Estimate

    def lines(self, case: Case) -> list[Attributed]:
        """Each priced line of the bill, shared out."""
        whole, no_clicks, no_users, no_videos, only_pages, nothing = (
            _amounts(estimate, case)
            for estimate in (
                self.whole,
                self.no_clicks,
                self.no_users,
                self.no_videos,
                self.only_pages,
                self.nothing,
            )
        )

        def at(key: _Key) -> Attributed:
            line, amount = lines[key], whole[key]
            users = _mean(amount, no_users.get(key), no_videos.get(key), nothing.get(key))
            clicks = _mean(amount, no_clicks.get(key), no_videos.get(key), only_pages.get(key))
            videos = _mean(amount, no_videos.get(key), no_users.get(key), nothing.get(key))
            parts = {"videos": videos, "page views": users - clicks, "redirects": clicks}
            baseline = nothing.get(key, Decimal(0))
            return Attributed(
                urn=line.urn,
                meter=line.price.meter.name,
                service=line.price.meter.service,
                component=line.component,
                amount=amount,
                caused=_within(amount, baseline, parts),
            )

        lines = {_key(line): line for line in self.whole.lines if line.monthly}
        return [at(key) for key in lines]


def counterfactuals(graph: Graph, assumptions: Assumptions) -> Counterfactuals:
    """Prices a graph six times. Raises what `bill` raises."""
    load = load_for(graph, assumptions)
    figures = assumptions.figures or packaged()
    still = _without_clicks(figures)

    def priced(users: int, videos: int, coefficients: Coefficients = figures) -> Estimate:
        return bill(graph, replace(assumptions, load=Load(users, videos), figures=coefficients))

    return Counterfactuals(
        whole=bill(graph, assumptions),
        no_clicks=priced(load.users, load.videos_per_day, still),
        no_users=priced(0, load.videos_per_day),
        no_videos=priced(load.users, 0),
        only_pages=priced(load.users, 0, still),
        nothing=priced(0, 0),
    )


def _without_clicks(figures: Coefficients) -> Coefficients:
    none = replace(figures.by_name["clicks"], amount=Range.exactly(0))
    return replace(figures, by_name={**figures.by_name, "clicks": none})


def _key(line: Line) -> _Key:
    return line.urn, line.price.meter


def _amounts(estimate: Estimate, case: Case) -> dict[_Key, Decimal]:
    sums: dict[_Key, Decimal] = {}
    for line in estimate.lines:
        if line.monthly is not None:
            sums[_key(line)] = sums.get(_key(line), Decimal(0)) + case(line.monthly)
    return sums


def _mean(with_all: Decimal, *others: Decimal | None) -> Decimal:
    """What something adds as the last and as the first: the mean of both.

    `others` are the amounts without it, with it alone, and with neither.
    """
    without, alone, neither = (other or Decimal(0) for other in others)
    return ((with_all - without) + (alone - neither)) / 2


def _within(
    amount: Decimal, baseline: Decimal, parts: Mapping[str, Decimal]
) -> dict[Activity, Decimal]:
    """Shares that are none of them below zero.

    A tier that one activity's volume makes cheaper for another stays a line's own: what is below
    zero counts as nothing, and the rest is taken in proportion.
    """
    shares: dict[Activity, Decimal] = {
        activity: max(parts[activity], Decimal(0)) for activity in ACTIVITIES
    }
    whole = sum(shares.values(), max(baseline, Decimal(0)))
    if whole in {amount, Decimal(0)}:
        return shares
    return {activity: share * amount / whole for activity, share in shares.items()}


def summed(lines: Iterable[Attributed]) -> dict[Activity, Decimal]:
    """What each activity causes in all of them."""
    sums: dict[Activity, Decimal] = dict.fromkeys(ACTIVITIES, Decimal(0))
    for line in lines:
        for activity, share in line.caused.items():
            sums[activity] += share
    return sums
