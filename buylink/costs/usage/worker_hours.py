"""How long a worker that scales from zero runs: plain arithmetic.

Work arrives at random moments. A worker that has nothing left stays for an idle time, in case more
comes, and is then stopped; the next arrival starts a new one. With arrivals at a rate r an hour
that are independent of each other (a Poisson process), a gap is longer than the idle time i with
probability exp(-r i), and a gap's part that a worker waits through is (1 - exp(-r i)) / r long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from buylink.costs.quantity import HOURS_PER_MONTH, Range


@dataclass(frozen=True, slots=True)
class Worker:
    """A month of a worker: how often work arrives, and how long each part takes in seconds."""

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
    low = amount((parts[0].low, parts[1].low, parts[2].low, parts[3].low))
    typical = amount((parts[0].typical, parts[1].typical, parts[2].typical, parts[3].typical))
    high = amount((parts[0].high, parts[1].high, parts[2].high, parts[3].high))
    return Range(min(low, typical), typical, max(typical, high))
