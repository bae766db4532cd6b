"""A month with late bills and a spike on day 9: what the guard saves, with projection and without."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from app.budget_guard import budget
from app.budget_guard.budget import Budget
from app.budget_guard.cost_explorer import Costs, Row
from app.budget_guard.forecast import MOST_SAMPLES, TASKS_SERVICE, WARN_AT, project
from app.budget_guard.mode import Mode
from app.budget_guard.state import GuardState
from dev.processes import REPOSITORY
from tests.goldens import assert_generated_part

START = datetime(2026, 11, 1, tzinfo=UTC)
HOURS = 30 * 24
LIMIT = Decimal(300)
OTHER = Decimal(5) / 24
"""Dollars an hour for gateways, load balancer and storage, whatever runs."""
CALM, SPIKE = Decimal(3) / 24, Decimal(60) / 24
"""Dollars an hour for tasks: of a usual day, and from day 9 on, when a service runs away."""
BRAKED_WORKER = CALM + (SPIKE - CALM) / 10
"""One worker's task of ten; a brake leaves the APIs as they are."""
SPIKE_DAY = 9
BUDGETS_LAG, BUDGETS_EVERY = 12, 8
"""Hours that Budgets is behind, and between two of its updates."""
BILLED_OF_YESTERDAY = Decimal("0.7")
"""What Cost Explorer has of the last day, when it is asked at 7:00."""


@dataclass
class Month:
    """What became of it: moments are hours since the start."""

    watched: bool = True
    most: Mode = Mode.NORMAL
    braked: Decimal = BRAKED_WORKER
    cost: Decimal = Decimal(0)
    reached: dict[str, int] = field(default_factory=dict[str, int])
    _hourly: list[tuple[Decimal, Decimal]] = field(default_factory=list[tuple[Decimal, Decimal]])

    def run(self) -> "Month":
        state, costs, since = GuardState(period="2026-11", limit=LIMIT), None, 0
        for hour, moment in _hours():
            if moment.hour == 7 and hour > 24:
                costs = self._billed(moment.date())
            tasks = self._tasks(hour, state.mode if self.watched else Mode.NORMAL)
            self._hourly.append((tasks, OTHER))
            self.cost += tasks + OTHER
            mode = state.mode
            state = budget.with_budget(state, Budget(limit=LIMIT, spent=self._known(hour)), moment)
            projection = project(
                costs=costs,
                rates=[tasks_cost for tasks_cost, _ in self._hourly[since:][-MOST_SAMPLES:]],
                fixed_costs=OTHER,
                spent=state.spent,
                limit=LIMIT,
                moment=moment,
            )
            if projection is not None:
                if projection.confidence() >= WARN_AT:
                    self.reached.setdefault("warned", hour)
                state = state.with_projection(projection.calls_for(self.most))
            self.reached.setdefault(state.mode.word, hour)
            if state.mode is not mode:
                since = hour + 1
        return self

    def _tasks(self, hour: int, mode: Mode) -> Decimal:
        if mode is Mode.STOPPED:
            return Decimal(0)
        if hour < (SPIKE_DAY - 1) * 24:
            return CALM
        return SPIKE if mode is Mode.NORMAL else self.braked

    def _known(self, hour: int) -> Decimal:
        until = max(0, hour - hour % BUDGETS_EVERY - BUDGETS_LAG)
        return sum((tasks + other for tasks, other in self._hourly[:until]), Decimal(0))

    def _billed(self, today: date) -> Costs:
        rows: list[Row] = []
        for number in range(today.day - 1):
            hours = self._hourly[number * 24 : number * 24 + 24]
            share = BILLED_OF_YESTERDAY if number == today.day - 2 else Decimal(1)
            day = START.date() + timedelta(days=number)
            for service, place in ((TASKS_SERVICE, 0), ("EC2 - Other", 1)):
                amount = sum((hour[place] for hour in hours), Decimal(0)) * share
                rows.append(Row(day=day, service=service, component="", amount=amount))
        return Costs(asked_on=today, rows=tuple(rows))


def _hours() -> Iterator[tuple[int, datetime]]:
    for hour in range(HOURS):
        yield hour, START + timedelta(hours=hour)


PAGE = REPOSITORY / "docs/explanation/guard.md"
RUNAWAYS = {"the worker": BRAKED_WORKER, "an API": SPIKE}
SETTINGS = {
    "no guard": (False, Mode.NORMAL),
    "`warn`": (True, Mode.NORMAL),
    "`brake`": (True, Mode.BRAKED),
    "`stop`": (True, Mode.STOPPED),
}


@cache
def month(runaway: str, setting: str) -> Month:
    watched, most = SETTINGS[setting]
    return Month(watched=watched, most=most, braked=RUNAWAYS[runaway]).run()


def _when(hour: int | None) -> str:
    return "never" if hour is None else f"day {hour // 24 + 1}, {hour % 24:02}:00"


def table() -> str:
    lines = [
        "| what runs away | `onProjection` | warned | braked | stopped | the month | over the limit |",
        "|---|---|---|---|---|---|---|",
    ]
    for runaway in RUNAWAYS:
        for setting in SETTINGS:
            outcome = month(runaway, setting)
            moments = [
                _when(outcome.reached.get(word) if outcome.watched else None)
                for word in ("warned", "braked", "stopped")
            ]
            over = max(outcome.cost - LIMIT, LIMIT * 0)
            cells = [runaway, setting, *moments, f"${outcome.cost:.0f}", f"${over:.0f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def test_the_guards_page_shows_the_month_as_it_goes() -> None:
    assert_generated_part(PAGE, "a simulated month", table())


@pytest.mark.parametrize("runaway", RUNAWAYS)
def test_each_step_further_costs_no_more(runaway: str) -> None:
    costs = [month(runaway, setting).cost for setting in SETTINGS]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > 2 * costs[1]


@pytest.mark.parametrize("runaway", RUNAWAYS)
def test_the_warning_comes_on_the_day_of_the_spike_and_not_before(runaway: str) -> None:
    warned = month(runaway, "`warn`").reached["warned"]
    assert (SPIKE_DAY - 1) * 24 < warned < SPIKE_DAY * 24


def test_a_brake_that_works_is_not_followed_by_a_stop() -> None:
    assert "stopped" not in month("the worker", "`stop`").reached


def test_a_stop_by_projection_stays_below_the_limit() -> None:
    assert month("an API", "`stop`").cost < LIMIT
