"""A month with late bills and a spike on day 9: what the guard saves, with projection and without."""

from functools import cache

import pytest

from app.budget_guard.mode import Mode
from dev.processes import REPOSITORY
from tests.app.budget_guard.month import BRAKED_WORKER, LIMIT, SPIKE, SPIKE_DAY, Month
from tests.goldens import assert_generated_part

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
            found = month(runaway, setting)
            moments = [
                _when(found.reached.get(word) if found.watched else None)
                for word in ("warned", "braked", "stopped")
            ]
            over = max(found.cost - LIMIT, LIMIT * 0)
            cells = [runaway, setting, *moments, f"${found.cost:.0f}", f"${over:.0f}"]
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
