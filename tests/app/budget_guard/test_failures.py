"""AWS throttles, denies or lags: the rest is done, the failure is told and tried again."""

import json
from datetime import datetime, timedelta

import pytest

from app.budget_guard.mode import Mode
from app.budget_guard.run_time import SPARE, RunTime
from dev.listening import Json
from tests.app.budget_guard.aws_proxy import Answer, AwsProxy, PassOn
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.budget_messages import DECEMBER, HOUR, NOVEMBER
from tests.app.budget_guard.guard_process import GuardProcess


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_one_service_that_can_not_be_stopped_is_told_and_tried_again(
    code: str, usual: AwsStack, proxy: AwsProxy
) -> None:
    usual.set_budget("300", "460")
    proxy.refuse("UpdateService", code, service=f"{usual.name}-api")
    result = usual.guard(proxy=proxy).reconcile()
    assert usual.by_label(usual.desired()) == {"api": 2, "worker": 0}
    assert len(result.outcome.failures) == 1
    [notice] = usual.notices.take_notices()
    assert notice["Subject"] == f"{usual.name}: mode stopped, 1 step(s) failed"
    assert code in json.loads(notice["Message"])["text"]
    usual.guard(proxy=proxy).reconcile()
    assert usual.notices.take_notices() == []
    usual.guard().reconcile()
    assert set(usual.desired().values()) == {0}


def test_a_call_that_is_throttled_once_is_no_failure(usual: AwsStack, proxy: AwsProxy) -> None:
    usual.set_budget("300", "460")
    proxy.refuse("UpdateService", "ThrottlingException", times=1)
    result = usual.guard(proxy=proxy).reconcile()
    assert result.outcome.failures == ()
    assert set(usual.desired().values()) == {0}


def test_a_service_that_is_being_deployed_is_stopped_all_the_same(
    usual: AwsStack, proxy: AwsProxy
) -> None:
    before = usual.snapshot()
    usual.set_budget("300", "460")

    def deploying(answer: Json) -> None:
        for service in answer["services"]:
            service["deployments"] = [{"status": "PRIMARY"}, {"status": "ACTIVE"}]

    proxy.edit("DescribeServices", deploying)
    assert usual.guard(proxy=proxy).reconcile().outcome.failures == ()
    assert set(usual.desired().values()) == {0}
    usual.guard(DECEMBER, proxy=proxy).reconcile()
    assert usual.snapshot() == before


def test_a_restore_that_fails_half_way_is_finished_by_the_next_run(
    usual: AwsStack, proxy: AwsProxy
) -> None:
    before = usual.snapshot()
    usual.stop()
    proxy.refuse("RegisterScalableTarget", "ThrottlingException")
    usual.guard(DECEMBER, proxy=proxy).reconcile()
    assert usual.snapshot() != before
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.snapshot() == before


@pytest.mark.parametrize("listing", ["ListServices", "DescribeServices", "DescribeScalableTargets"])
def test_services_that_can_not_be_read_are_not_taken_for_deleted(
    listing: str, usual: AwsStack, proxy: AwsProxy
) -> None:
    before = usual.snapshot()
    usual.stop()
    proxy.refuse(listing, "AccessDeniedException")
    result = usual.guard(DECEMBER, proxy=proxy).reconcile()
    assert result.outcome.gone == ()
    assert result.outcome.failures != ()
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.snapshot() == before


def test_a_budget_that_can_not_be_read_keeps_the_mode(usual: AwsStack, proxy: AwsProxy) -> None:
    usual.stop()
    proxy.refuse("DescribeBudget", "ThrottlingException")
    result = usual.guard(NOVEMBER + HOUR, proxy=proxy).reconcile()
    assert usual.mode() == "stopped"
    assert [failure.partition(":")[0] for failure in result.outcome.failures] == ["budget"]


def test_of_two_runs_at_once_one_works_and_sees_to_what_the_other_was_told(
    usual: AwsStack, proxy: AwsProxy
) -> None:
    usual.set_budget("300", "310")
    others: list[bool] = []

    def interrupted(_: object, pass_on: PassOn) -> Answer:
        if not others:
            others.append(usual.guard().set_manually(Mode.STOPPED).busy)
        return pass_on()

    proxy.rules["DescribeServices"] = interrupted
    usual.guard(proxy=proxy).reconcile()
    assert others == [True]
    assert set(usual.desired().values()) == {0}


class Clock:
    """Goes on by what is slept, and by a bit at each look."""

    def __init__(self, look: float) -> None:
        self.now, self._look = NOVEMBER, timedelta(seconds=look)

    def __call__(self) -> datetime:
        self.now += self._look
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_a_run_whose_time_is_over_leaves_the_rest_to_the_next_and_says_so(usual: AwsStack) -> None:
    before = usual.snapshot()
    usual.set_budget("300", "460")
    clock = Clock(look=10)
    time = RunTime(SPARE.total_seconds() + 90, clock=clock)
    result = usual.guard(time=time).reconcile()
    [failure] = result.outcome.failures
    assert failure.endswith("step(s) not begun: the run's time is over")
    assert usual.desired() == before["services"]
    [notice] = usual.notices.take_notices()
    assert failure in json.loads(notice["Message"])["text"]
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert set(usual.desired().values()) == {0}
    usual.guard(DECEMBER).reconcile()
    assert usual.snapshot() == before


@pytest.mark.parametrize(("seconds", "starting"), [(60, []), (20, ["api: 0 of 2 tasks"])])
def test_a_restore_waits_for_services_to_run_as_long_as_it_may(
    seconds: float, starting: list[str], usual: AwsStack, proxy: AwsProxy
) -> None:
    usual.guard().set_manually(Mode.STOPPED)
    usual.notices.take_notices()
    clock = Clock(look=0)

    def start_after_half_a_minute(answer: Json) -> None:
        runs = clock.now >= NOVEMBER + timedelta(seconds=30)
        for service in answer["services"]:
            service["runningCount"] = service["desiredCount"] if runs else 0

    proxy.edit("DescribeServices", start_after_half_a_minute)
    time = RunTime(300, patience=seconds, clock=clock, sleep=clock.sleep)
    usual.guard(time=time, proxy=proxy).set_manually(Mode.NORMAL)
    [notice] = usual.notices.take_notices()
    data = json.loads(notice["Message"])
    labels = [service.rpartition(f"{usual.name}-")[2] for service in data["starting"]]
    assert [service for service in labels if service.startswith("api")] == starting
    assert clock.now <= NOVEMBER + timedelta(seconds=seconds)


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
