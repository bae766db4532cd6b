"""What the declared alarms and policies do over time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.components.plans import worker_plan
from tests.components.recorder import REPOSITORY
from tests.goldens import assert_golden
from tests.scaling.page import WORK, first_waits, irregular, outcomes, page, worker
from tests.scaling.simulation import (
    HOUR,
    MINUTE,
    Declared,
    Delays,
    Load,
    declared,
    evaluate,
    simulate,
)

ONE_MESSAGE = Load(arrivals=[600], work=WORK)


def with_expression(declared: Declared, expression: str) -> Declared:
    return replace(
        declared, alarms=tuple(replace(alarm, expression=expression) for alarm in declared.alarms)
    )


def test_the_page_is_what_the_simulation_says() -> None:
    assert_golden(REPOSITORY / "docs/explanation/scaling.md", page())


def test_one_message_at_night_is_taken_within_three_minutes() -> None:
    outcome = outcomes()["one message at 3 a.m., the queue touched every hour"]
    assert outcome.waits[0] <= 3 * MINUTE
    assert (outcome.most_running, outcome.turns) == (1, 1)


def test_however_the_delays_fall_a_message_is_taken_soon() -> None:
    waits = first_waits()
    within = sum(wait <= 3 * MINUTE for wait in waits)
    assert within / len(waits) >= 0.85
    assert waits[-1] <= 4 * MINUTE


def test_a_queue_that_nobody_touches_keeps_its_message_waiting() -> None:
    outcome = outcomes()["the same, the queue never touched"]
    assert 15 * MINUTE < outcome.waits[0] <= 20 * MINUTE


def test_a_trickle_never_holds_more_than_one_task() -> None:
    outcome = outcomes()["a trickle of 500 a day"]
    assert (outcome.most_wanted, outcome.most_running) == (1, 1)
    assert max(outcome.waits) <= 300


def test_a_burst_goes_to_the_maximum_and_back_to_zero_without_flapping() -> None:
    outcome = outcomes()["10,000 at once"]
    assert outcome.most_running == worker().high == 10
    assert outcome.turns == 1
    assert outcome.to_zero is not None
    assert outcome.to_zero <= 10 * MINUTE


@pytest.mark.parametrize("delays", [Delays(metrics=60, start=30), Delays(metrics=120, start=60)])
def test_a_burst_does_not_flap_at_either_end_of_the_delays(delays: Delays) -> None:
    load = Load(arrivals=[0] * 500, work=WORK)
    outcome = simulate(worker(), load, delays, until=HOUR)
    assert (outcome.most_running, outcome.turns) == (10, 1)


def test_steady_work_is_followed_and_stays_within_the_acceptable_latency() -> None:
    outcome = outcomes()["12 a minute for two hours"]
    assert 6 <= outcome.most_running <= 8
    assert max(outcome.waits) <= 300 + Delays().metrics


def test_a_rate_limit_holds_over_a_whole_burst() -> None:
    limited = declared(worker_plan("prod", "buylink:services.ai-worker.maxMessagesPerSecond=0.1"))
    outcome = simulate(limited, Load(arrivals=[0] * 300, work=WORK), Delays(), until=HOUR)
    assert outcome.most_running == 3


def test_all_is_quiet_over_a_day_without_messages() -> None:
    nobody = Load(arrivals=[], work=WORK, touched_every=None)
    assert simulate(worker(), nobody, Delays(), until=24 * HOUR).capacities == []


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("visible + in_flight", id="in flight is reported only while there is some"),
        pytest.param(
            "FILL(visible, 0) + FILL(in_flight, 0)", id="the newest minute is always filled"
        ),
    ],
)
def test_without_the_right_fill_no_message_would_ever_wake_it(expression: str) -> None:
    with pytest.raises(AssertionError, match="1 messages were left"):
        simulate(with_expression(worker(), expression), ONE_MESSAGE, Delays(), until=HOUR)


def test_without_messages_in_flight_a_task_would_be_stopped_and_started_over_long_work() -> None:
    long_work = Load(arrivals=[600], work=20 * MINUTE)
    held = simulate(worker(), long_work, Delays(), until=2 * HOUR)
    assert (held.to_zero or 0) > 0
    blind = simulate(with_expression(worker(), "visible"), long_work, Delays(), until=2 * HOUR)
    assert (blind.to_zero or 0) < 0, "it wants no task while one is at work"


def test_without_a_cooldown_it_would_turn_more_often() -> None:
    declared = worker()
    hasty = replace(
        declared,
        policies={key: replace(policy, cooldown=0) for key, policy in declared.policies.items()},
    )
    load = Load(arrivals=irregular(1800, 4), work=WORK)
    calm, quick = (
        simulate(declaration, load, Delays(), until=3 * HOUR) for declaration in (declared, hasty)
    )
    assert calm.turns < quick.turns


def test_a_sum_has_a_value_where_all_its_parts_have_one() -> None:
    series = {"a": {0: 1.0, 60: 2.0}, "b": {60: 5.0}}
    assert evaluate("a + b", series, [0, 60, 120]) == {60: 7.0}
    assert evaluate("a + FILL(b, 0)", series, [0, 60, 120]) == {0: 1.0, 60: 7.0}
    assert evaluate("FILL(b, 3)", series, [0, 60]) == {0: 3.0, 60: 5.0}
