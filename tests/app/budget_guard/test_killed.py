"""The guard is killed after each single call to AWS in turn, and the next run makes it good."""

import pytest

from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.guard_process import GuardProcess
from tests.app.budget_guard.moments import HOUR, NOVEMBER

MOST_CALLS = 80
STOPS, RESTORES = ("300", "460"), ("600", "460")
"""The budget's limit and what is spent."""


def test_a_stop_that_is_killed_anywhere_is_finished_and_given_back_exactly(
    usual: AwsStack, guard_process: GuardProcess
) -> None:
    before, moment = usual.snapshot(), NOVEMBER
    for calls in range(MOST_CALLS):
        usual.set_budget(*STOPS)
        done = guard_process.reconcile(usual, moment, calls=calls)
        moment += HOUR
        usual.guard(moment).reconcile()
        assert set(usual.desired().values()) == {0}, f"after {calls} calls"
        assert set(usual.targets().values()) == {(0, 0, (True, True, True))}
        assert usual.schedule_settings()["State"] == "DISABLED"
        moment += HOUR
        usual.set_budget(*RESTORES)
        usual.guard(moment).reconcile()
        assert usual.snapshot() == before, f"after {calls} calls"
        if done:
            assert calls > 20
            return
    pytest.fail(f"expected the guard to be done within {MOST_CALLS} calls")


def test_a_restore_that_is_killed_anywhere_is_finished_exactly(
    usual: AwsStack, guard_process: GuardProcess
) -> None:
    before, moment = usual.snapshot(), NOVEMBER
    for calls in range(MOST_CALLS):
        usual.set_budget(*STOPS)
        usual.guard(moment).reconcile()
        usual.set_budget(*RESTORES)
        moment += HOUR
        done = guard_process.reconcile(usual, moment, calls=calls)
        moment += HOUR
        usual.guard(moment).reconcile()
        assert usual.snapshot() == before, f"after {calls} calls"
        if done:
            assert calls > 20
            return
    pytest.fail(f"expected the guard to be done within {MOST_CALLS} calls")
