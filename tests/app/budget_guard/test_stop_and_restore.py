"""The guard brakes, stops and restores a stack on an AWS that answers over HTTP."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.budget_guard.cost_explorer import Costs, Row
from app.budget_guard.cost_memory import CostMemory
from app.budget_guard.mode import Mode
from app.hub import videos
from app.hub.table import HubTable
from tests.app.aws_server import AwsServer
from tests.app.budget_guard.aws_stack import NOVEMBER, AwsStack, Target
from tests.app.service_process import REPOSITORY
from tests.goldens import assert_golden

GOLDENS = REPOSITORY / "tests/app/budget_guard/goldens"
HOUR = timedelta(hours=1)
DECEMBER = datetime.fromisoformat("2026-12-01T01:00:00+00:00")


def stopped(stack: AwsStack) -> AwsStack:
    stack.set_budget("300", "460")
    stack.guard().reconcile()
    return stack


def labels(values: dict[str, Any], stack: AwsStack) -> dict[str, Any]:
    return {name.rpartition(f"{stack.name}-")[2]: value for name, value in values.items()}


def test_below_its_limit_a_stack_is_left_as_it_is_and_nobody_is_told(usual: AwsStack) -> None:
    before = usual.snapshot()
    result = usual.guard().reconcile()
    assert (result.state.mode, result.outcome.changes) == (Mode.NORMAL, ())
    assert usual.snapshot() == before
    assert usual.notices.take_notices() == []


def test_braked_the_worker_is_small_and_container_insights_are_off(usual: AwsStack) -> None:
    usual.set_budget("300", "310")
    usual.guard().reconcile()
    assert usual.mode() == "braked"
    assert labels(usual.targets(), usual) == {
        "api": (2, 10, (False, False, False)),
        "worker": (0, 1, (False, False, False)),
    }
    assert labels(usual.desired(), usual) == {"api": 2, "worker": 3}
    assert usual.insights() == ["disabled", "disabled"]
    assert usual.schedule_settings()["State"] == "ENABLED"


def test_stopped_nothing_runs_and_nothing_can_start_it_again(usual: AwsStack) -> None:
    stopped(usual)
    assert usual.mode() == "stopped"
    assert set(usual.desired().values()) == {0}
    assert set(usual.targets().values()) == {(0, 0, (True, True, True))}
    assert usual.schedule_settings()["State"] == "DISABLED"


def test_a_stop_keeps_all_else_of_a_schedule(usual: AwsStack) -> None:
    before = usual.schedule_settings()
    stopped(usual)
    assert usual.schedule_settings() == before | {"State": "DISABLED"}


def test_what_must_never_stop_goes_on(usual: AwsStack) -> None:
    usual.never_stop = ("api",)
    stopped(usual)
    assert labels(usual.desired(), usual) == {"api": 2, "worker": 0}
    assert labels(usual.targets(), usual)["api"] == (2, 10, (False, False, False))


def test_another_stacks_services_in_the_same_clusters_are_left_alone(usual: AwsStack) -> None:
    usual.add_service("other", desired=4, target=Target(least=1, most=9), stack="buylink-other")
    stopped(usual)
    assert labels(usual.desired(), usual)["other"] == 4
    assert labels(usual.targets(), usual)["other"] == (1, 9, (False, False, False))


def test_a_second_run_changes_nothing_and_says_nothing(usual: AwsStack) -> None:
    stopped(usual)
    usual.notices.take_notices()
    result = usual.guard(NOVEMBER + HOUR).reconcile()
    assert result.outcome.changes == ()
    assert usual.notices.take_notices() == []


@pytest.mark.parametrize("way", ["the month turns", "the limit is raised", "by hand"])
def test_recovery_gives_back_exactly_what_was(way: str, usual: AwsStack) -> None:
    before = usual.snapshot()
    stopped(usual)
    match way:
        case "the month turns":
            usual.guard(DECEMBER).reconcile()
        case "the limit is raised":
            usual.set_budget("600", "460")
            usual.guard(NOVEMBER + HOUR).reconcile()
        case _:
            usual.guard(NOVEMBER + HOUR).by_hand(Mode.NORMAL)
    assert usual.snapshot() == before
    assert usual.mode() == "normal"


def test_from_stopped_to_braked_only_the_brake_stays(usual: AwsStack) -> None:
    stopped(usual)
    usual.set_budget("400", "460")
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert labels(usual.desired(), usual) == {"api": 2, "worker": 3}
    assert labels(usual.targets(), usual) == {
        "api": (2, 10, (False, False, False)),
        "worker": (0, 1, (False, False, False)),
    }
    usual.guard(DECEMBER).reconcile()
    assert labels(usual.targets(), usual)["worker"] == (0, 10, (False, False, False))


def test_the_last_months_spend_does_not_stop_a_stack_in_the_new_one(usual: AwsStack) -> None:
    stopped(usual)
    usual.guard(DECEMBER).reconcile()
    result = usual.guard(DECEMBER + HOUR).reconcile()
    assert (usual.mode(), result.state.spent) == ("normal", 0)
    usual.set_budget("300", "455")
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.mode() == "stopped"


def test_a_restore_by_hand_holds_for_the_month_but_not_against_more(usual: AwsStack) -> None:
    usual.set_budget("300", "310")
    usual.guard().reconcile()
    usual.guard().by_hand(Mode.NORMAL)
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.mode() == "normal"
    stopped(usual)
    assert usual.mode() == "stopped"


def test_a_stop_by_hand_outlives_the_month_until_somebody_restores(usual: AwsStack) -> None:
    before = usual.snapshot()
    usual.guard().by_hand(Mode.STOPPED)
    usual.guard(DECEMBER).reconcile()
    assert usual.mode() == "stopped"
    usual.guard(DECEMBER).by_hand(Mode.NORMAL)
    assert usual.snapshot() == before


def test_a_restore_when_all_is_well_does_not_switch_the_guard_off(usual: AwsStack) -> None:
    usual.guard().by_hand(Mode.NORMAL)
    stopped(usual)
    assert usual.mode() == "stopped"


def test_what_the_program_changes_meanwhile_is_what_comes_back(usual: AwsStack) -> None:
    stopped(usual)
    api = f"{usual.clusters[0]}/{usual.name}-api"
    usual.scale(api, Target(least=3, most=6, suspended=(True, True, True)))
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.targets()[api] == (0, 0, (True, True, True))
    usual.guard(DECEMBER).reconcile()
    assert usual.targets()[api] == (3, 6, (False, False, False))


def test_a_service_started_by_hand_is_stopped_again_and_keeps_the_count_it_was_given(
    usual: AwsStack,
) -> None:
    stopped(usual)
    usual.notices.take_notices()
    api = f"{usual.clusters[0]}/{usual.name}-api"
    usual.set_desired(api, 1)
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.desired()[api] == 0
    [notice] = usual.notices.take_notices()
    assert f"service:{api}: desired 1 -> 0" in json.loads(notice["Message"])["text"]
    usual.guard(DECEMBER).reconcile()
    assert usual.desired()[api] == 1


def test_the_owners_emergency_command_is_left_as_it_is_while_nothing_is_over_its_limit(
    usual: AwsStack,
) -> None:
    api = f"{usual.clusters[0]}/{usual.name}-api"
    usual.set_desired(api, 1)
    usual.guard().reconcile()
    stopped(usual)
    usual.guard(DECEMBER).reconcile()
    assert usual.desired()[api] == 1


def test_a_service_deleted_meanwhile_is_told_and_a_new_one_is_left_alone(usual: AwsStack) -> None:
    stopped(usual)
    usual.delete(f"{usual.clusters[0]}/{usual.name}-api")
    new = usual.add_service("new", desired=5, target=Target(least=5, most=7))
    usual.notices.take_notices()
    result = usual.guard(DECEMBER).reconcile()
    assert result.outcome.gone == (
        f"service:{usual.clusters[0]}/{usual.name}-api",
        f"scaling:service/{usual.clusters[0]}/{usual.name}-api",
    )
    assert result.outcome.failures == ()
    assert usual.desired()[new] == 5
    [notice] = usual.notices.take_notices()
    assert "Deleted meanwhile" in json.loads(notice["Message"])["text"]


def test_two_hundred_services_in_two_clusters_are_all_stopped_and_all_restored(
    stack: AwsStack,
) -> None:
    for number in range(200):
        stack.add_service(
            f"n{number}", desired=1, target=Target(least=1, most=2), cluster=number % 2
        )
    before = stack.snapshot()
    stopped(stack)
    assert set(stack.desired().values()) == {0}
    assert len(stack.targets()) == 200
    assert set(stack.targets().values()) == {(0, 0, (True, True, True))}
    stack.guard(DECEMBER).reconcile()
    assert stack.snapshot() == before


def test_a_restore_queues_unfinished_videos_again_and_says_how_many(usual: AwsStack) -> None:
    table = HubTable(usual.aws.client("dynamodb"), usual.hub_table)
    for number in range(3):
        videos.take(
            table,
            video_id=str(number),
            creator_id="anna",
            url=f"https://www.tiktok.com/@anna/video/{number}",
            source="posted",
            moment=NOVEMBER,
        )
    stopped(usual)
    assert usual.queue.counts() == (0, 0)
    usual.notices.take_notices()
    usual.guard(DECEMBER).reconcile()
    assert sorted(usual.queue.take_videos()) == ["0", "1", "2"]
    [notice] = usual.notices.take_notices()
    assert json.loads(notice["Message"])["requeued"] == 3
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.queue.counts() == (0, 0)


def test_a_notice_of_a_stop_says_what_goes_on_costing_and_how_to_undo_it(usual: AwsStack) -> None:
    day = Row(
        day=date(2026, 11, 18),
        service="Amazon Simple Storage Service",
        component="originals",
        amount=Decimal("0.10"),
    )
    CostMemory(usual.aws.client("s3"), usual.bucket).keep(
        "costs/latest.json", Costs(asked_on=date(2026, 11, 20), rows=(day,))
    )
    stopped(usual)
    [notice] = usual.notices.take_notices()
    assert notice["Subject"] == f"{usual.name}: mode stopped (was normal)"
    text = json.loads(notice["Message"])["text"].replace(usual.name, "buylink-prod")
    assert_golden(GOLDENS / "stopped.txt", text.replace(usual.name[8:], "prod") + "\n")


class Recording:
    """A boto3 client that writes down what is changed through it, in order."""

    def __init__(self, client: Any, calls: list[str], *methods: str) -> None:
        self._client = client
        self._calls = calls
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        if name in self._methods:
            self._calls.append(name)
        return getattr(self._client, name)


def test_a_stop_goes_from_outside_in_and_a_restore_from_inside_out(usual: AwsStack) -> None:
    calls: list[str] = []
    client = usual.aws.client
    clients = {
        "ecs": Recording(client("ecs"), calls, "update_service", "update_cluster"),
        "application_autoscaling": Recording(
            client("application-autoscaling"), calls, "register_scalable_target"
        ),
        "scheduler": Recording(client("scheduler"), calls, "update_schedule"),
    }
    outside_in = [
        "update_cluster",
        "update_schedule",
        "register_scalable_target",
        "register_scalable_target",
        "update_service",
        "update_service",
    ]
    usual.guard(**clients).by_hand(Mode.STOPPED)
    assert calls == outside_in
    calls.clear()
    usual.guard(**clients).by_hand(Mode.NORMAL)
    assert calls == outside_in[::-1]


class Refusing:
    """A boto3 client that refuses some calls."""

    def __init__(self, client: Any, method: str, code: str, **given: Any) -> None:
        self._client = client
        self._method = method
        self._code = code
        self._given = given

    def __getattr__(self, name: str) -> Any:
        return self._refuse if name == self._method else getattr(self._client, name)

    def _refuse(self, **given: Any) -> Any:
        if given.items() >= self._given.items():
            error: Any = {"Error": {"Code": self._code, "Message": "no"}}
            raise ClientError(error, self._method)
        return getattr(self._client, self._method)(**given)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_one_service_that_can_not_be_stopped_is_told_and_tried_again(
    code: str, usual: AwsStack
) -> None:
    usual.set_budget("300", "460")
    refused = f"{usual.name}-api"
    ecs = Refusing(usual.aws.client("ecs"), "update_service", code, service=refused)
    result = usual.guard(ecs=ecs).reconcile()
    assert labels(usual.desired(), usual) == {"api": 2, "worker": 0}
    assert len(result.outcome.failures) == 1
    [notice] = usual.notices.take_notices()
    assert notice["Subject"] == f"{usual.name}: mode stopped, 1 step(s) failed"
    assert code in json.loads(notice["Message"])["text"]
    usual.guard(ecs=ecs).reconcile()
    assert usual.notices.take_notices() == []
    usual.guard().reconcile()
    assert set(usual.desired().values()) == {0}


def test_a_restore_that_fails_half_way_is_finished_by_the_next_run(usual: AwsStack) -> None:
    before = usual.snapshot()
    stopped(usual)
    scaling = Refusing(
        usual.aws.client("application-autoscaling"), "register_scalable_target", "Throttling"
    )
    usual.guard(DECEMBER, application_autoscaling=scaling).reconcile()
    assert usual.snapshot() != before
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.snapshot() == before


def test_services_that_can_not_be_read_are_not_taken_for_deleted(usual: AwsStack) -> None:
    before = usual.snapshot()
    stopped(usual)
    ecs = Refusing(usual.aws.client("ecs"), "describe_services", "AccessDeniedException")
    result = usual.guard(DECEMBER, ecs=ecs).reconcile()
    assert result.outcome.gone == ()
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.snapshot() == before


def test_a_budget_that_can_not_be_read_keeps_the_mode(usual: AwsStack) -> None:
    stopped(usual)
    budgets = Refusing(usual.aws.client("budgets"), "describe_budget", "ThrottlingException")
    result = usual.guard(NOVEMBER + HOUR, budgets=budgets).reconcile()
    assert usual.mode() == "stopped"
    assert [it.partition(":")[0] for it in result.outcome.failures] == ["budget"]


def test_of_two_runs_at_once_one_works_and_sees_to_what_the_other_was_told(
    usual: AwsStack,
) -> None:
    usual.set_budget("300", "310")
    other = usual.guard()
    inner: list[bool] = []

    class Interrupted(Refusing):
        def _refuse(self, **given: Any) -> Any:
            if not inner:
                inner.append(other.by_hand(Mode.STOPPED).busy)
            return getattr(self._client, self._method)(**given)

    ecs = Interrupted(usual.aws.client("ecs"), "describe_services", "")
    usual.guard(ecs=ecs).reconcile()
    assert inner == [True]
    assert set(usual.desired().values()) == {0}


@st.composite
def targets(draw: st.DrawFn) -> Target:
    least = draw(st.integers(0, 4))
    return Target(
        least=least,
        most=draw(st.integers(least, 9)),
        suspended=draw(st.tuples(st.booleans(), st.booleans(), st.booleans())),
    )


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    services=st.lists(
        st.tuples(st.integers(0, 12), st.none() | targets(), st.integers(0, 1), st.booleans()),
        max_size=5,
    ),
    modes=st.lists(st.sampled_from(Mode), min_size=1, max_size=3),
)
def test_whatever_stack_and_way_there_restoring_it_is_the_identity(
    aws: AwsServer, services: list[tuple[int, Target | None, int, bool]], modes: list[Mode]
) -> None:
    stack = AwsStack(aws)
    for number, (desired, target, cluster, ours) in enumerate(services):
        label = "worker" if number == 0 else f"n{number}"
        owner = None if ours else "buylink-other"
        stack.add_service(label, desired=desired, target=target, cluster=cluster, stack=owner)
    before = stack.snapshot()
    for mode in modes:
        stack.guard().by_hand(mode)
    stack.guard().by_hand(Mode.NORMAL)
    assert stack.snapshot() == before
    assert stack.guard().status()[1] == []
