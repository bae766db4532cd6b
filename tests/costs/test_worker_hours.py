"""How long a worker from zero runs, against simulated months."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range
from buylink.costs.usage.month import Worker, starts, task_hours

HOUR = 3600.0


def worker(arrivals: Range | int, idle: int = 300, working: int = 0, start: int = 60) -> Worker:
    return Worker(
        arrivals=arrivals if isinstance(arrivals, Range) else Range.exactly(arrivals),
        working_seconds=Range.exactly(working),
        idle_seconds=Range.exactly(idle),
        start_seconds=Range.exactly(start),
    )


def simulated(arrivals: int, idle: int, start: int) -> tuple[float, float]:
    """Starts and hours a month, averaged over months of random moments; work takes no time."""
    random, months = Random(7), 40  # noqa: S311 - a simulation
    begun = ran = 0.0
    for _ in range(months):
        moments = sorted(random.uniform(0, 730 * HOUR) for _ in range(arrivals))
        for moment, following in zip(moments, [*moments[1:], 730 * HOUR], strict=True):
            gap = following - moment
            ran += min(gap, idle)
            begun += gap > idle
    return begun / months, (ran + begun * start) / months / HOUR


@pytest.mark.parametrize("arrivals", [10, 500, 4000, 20_000])
def test_starts_and_hours_are_those_of_simulated_months(arrivals: int) -> None:
    begun, ran = simulated(arrivals, 300, 60)
    found = worker(arrivals)
    assert float(starts(found).typical) == pytest.approx(begun, rel=0.05)
    assert float(task_hours(found).typical) == pytest.approx(ran, rel=0.05)


def test_without_work_it_never_runs() -> None:
    assert task_hours(worker(0)) == starts(worker(0)) == Range.exactly(0)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3).map(sorted))
def test_low_is_never_over_typical_nor_typical_over_high(arrivals: list[int]) -> None:
    given_ = worker(Range.between(*arrivals), working=1000)
    assert starts(given_).low <= starts(given_).typical <= starts(given_).high
    hours = task_hours(given_)
    assert hours.low <= hours.typical <= hours.high
    waiting = HOURS_PER_MONTH + Decimal(1000) / 3600
    assert hours.high <= waiting + starts(given_).high / 60
