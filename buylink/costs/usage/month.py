"""What happens on the hub in a month, by its load and the documented figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.meters.eventbridge import SCHEDULE, runs_of
from buylink.costs.prices.quantity import DAYS_PER_MONTH, HOURS_PER_MONTH, Range
from buylink.costs.usage.coefficients import Coefficients
from buylink.costs.usage.load import Load
from buylink.graph import Graph

KB_PER_GB = 1024 * 1024
DISTRIBUTION: Final = "aws:cloudfront/distribution:Distribution"
GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
GUARD: Final = "guard"
"""In the names of what looks after the bill: its schedules poll no feeds."""


@dataclass(frozen=True, kw_only=True)
class Month:
    """What happens in a month at a load.

    `cached` is whether a distribution answers pages before the services do.
    """

    load: Load
    figures: Coefficients
    cached: bool
    gateways: int
    polls: Range
    """Of creators' feeds."""

    @property
    def videos(self) -> Range:
        return Range.exactly(self.load.videos_per_day) * DAYS_PER_MONTH

    @property
    def arrivals(self) -> Range:
        """Moments at which videos come: each that is posted, and polls of feeds that find some."""
        posted = self.videos * self.figures["posted_share"]
        # The more are posted one by one, the fewer polls find any.
        polled = self.videos.typical - posted.typical
        return posted + self.polls.at_most(polled)

    @property
    def pages(self) -> Range:
        return self.figures["visits"] * self.figures["pages"] * self.load.users

    @property
    def clicks(self) -> Range:
        return self.pages * self.figures["clicks"]

    @property
    def pages_served(self) -> Range:
        """Those that reach the services: CloudFront doesn't hold them."""
        share = self.figures["origin_share"] if self.cached else Range.exactly(1)
        return self.pages * share

    @property
    def page_requests(self) -> Range:
        """Of the service that has the pages: those, and each redirect."""
        return self.pages_served + self.clicks

    @property
    def thumbnails(self) -> Range:
        """Those that browsers ask for."""
        return self.pages * self.figures["thumbnails_per_page"]

    @property
    def thumbnails_gb(self) -> Range:
        return self.thumbnails * self.figures["thumbnail_kb"] / KB_PER_GB

    @property
    def api_requests(self) -> Range:
        return self.videos * self.figures["api_calls"]

    @property
    def requests(self) -> Range:
        return self.page_requests + self.api_requests

    @property
    def asked_gb(self) -> Range:
        """What leaves AWS when TikTok is asked; calls of AWS stay inside."""
        return self.videos * self.figures["asked_kb_per_video"] / KB_PER_GB


def month_of(graph: Graph, load: Load, figures: Coefficients) -> Month:
    """A month of the stack that a graph declares."""
    return Month(
        load=load,
        figures=figures,
        cached=bool(graph.of_type(DISTRIBUTION)),
        gateways=len(graph.of_type(GATEWAY)),
        polls=_polls(graph) or figures["feed_polls"],
    )


def _polls(graph: Graph) -> Range | None:
    """How often feeds are polled, by the schedules; None where none is known."""
    schedules = (schedule for schedule in graph.of_type(SCHEDULE) if GUARD not in schedule.name)
    runs = [run for run in map(runs_of, schedules) if run is not None]
    return Range.exactly(sum(runs)) if runs else None


@dataclass(frozen=True, slots=True)
class Worker:
    """A month of a worker that scales from zero: how often work comes, and how long it takes.

    Work arrives at random moments. A worker that has nothing left stays for an idle time, in case
    more comes, and is then stopped; the next arrival starts a new one. With arrivals at a rate r an
    hour that are independent of each other (a Poisson process), a gap is longer than the idle time
    i with probability exp(-r i), and a gap's part that a worker waits through is
    (1 - exp(-r i)) / r long.
    """

    arrivals: Range
    """Arrivals a month: several messages that come together are one."""
    working_seconds: Range
    """Of all messages of the month, one after the other."""
    idle_seconds: Range
    start_seconds: Range


def starts(worker: Worker) -> Range:
    """How often a task is started in a month."""
    return _each(worker, _starts)


def task_hours(worker: Worker) -> Range:
    """Hours of a month that its tasks run, all together."""
    return _each(worker, _task_hours)


_Scenario = tuple[Decimal, Decimal, Decimal, Decimal]


def _starts(scenario: _Scenario) -> Decimal:
    arrivals, _, idle, _ = scenario
    return arrivals * _gone(arrivals, idle)


def _task_hours(scenario: _Scenario) -> Decimal:
    arrivals, working, idle, start = scenario
    waiting = HOURS_PER_MONTH * (1 - _gone(arrivals, idle))
    return working / 3600 + waiting + _starts(scenario) * start / 3600


def _gone(arrivals: Decimal, idle_seconds: Decimal) -> Decimal:
    """The share of arrivals that find no worker left."""
    return (-arrivals / HOURS_PER_MONTH * idle_seconds / 3600).exp()


def _each(worker: Worker, amount: Callable[[_Scenario], Decimal]) -> Range:
    """In order: work that comes more often may need fewer starts."""
    parts = (worker.arrivals, worker.working_seconds, worker.idle_seconds, worker.start_seconds)
    low, typical, high = map(amount, zip(*parts, strict=True))
    return Range(min(low, typical), typical, max(typical, high))
