"""The guard brakes, stops and restores a stack on an AWS that answers over HTTP."""

import json

import pytest

from app.budget_guard.mode import Mode
from app.hub import videos
from app.hub.table import HubTable
from tests.app.budget_guard.aws_proxy import AwsProxy
from tests.app.budget_guard.aws_stack import AwsStack, Target
from tests.app.budget_guard.budget_messages import DECEMBER, HOUR, NOVEMBER


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
    assert usual.by_label(usual.targets()) == {
        "api": (2, 10, (False, False, False)),
        "worker": (0, 1, (False, False, False)),
    }
    assert usual.by_label(usual.desired()) == {"api": 2, "worker": 3}
    assert usual.insights() == ["disabled", "disabled"]
    assert usual.schedule_settings()["State"] == "ENABLED"


def test_stopped_nothing_runs_and_nothing_can_start_it_again(usual: AwsStack) -> None:
    usual.stop()
    assert usual.mode() == "stopped"
    assert set(usual.desired().values()) == {0}
    assert set(usual.targets().values()) == {(0, 0, (True, True, True))}
    assert usual.schedule_settings()["State"] == "DISABLED"


def test_a_stop_keeps_all_else_of_a_schedule(usual: AwsStack) -> None:
    before = usual.schedule_settings()
    usual.stop()
    assert usual.schedule_settings() == before | {"State": "DISABLED"}


def test_what_must_never_stop_goes_on(usual: AwsStack) -> None:
    usual.never_stop = ("api",)
    usual.stop()
    assert usual.by_label(usual.desired()) == {"api": 2, "worker": 0}
    assert usual.by_label(usual.targets())["api"] == (2, 10, (False, False, False))


def test_another_stacks_services_in_the_same_clusters_are_left_alone(usual: AwsStack) -> None:
    usual.add_service("other", desired=4, target=Target(least=1, most=9), stack="buylink-other")
    usual.stop()
    assert usual.by_label(usual.desired())["other"] == 4
    assert usual.by_label(usual.targets())["other"] == (1, 9, (False, False, False))


def test_a_second_run_changes_nothing_and_says_nothing(usual: AwsStack) -> None:
    usual.stop()
    usual.notices.take_notices()
    result = usual.guard(NOVEMBER + HOUR).reconcile()
    assert result.outcome.changes == ()
    assert usual.notices.take_notices() == []


@pytest.mark.parametrize("way", ["the month turns", "the limit is raised", "by hand"])
def test_recovery_gives_back_exactly_what_was(way: str, usual: AwsStack) -> None:
    before = usual.snapshot()
    usual.stop()
    match way:
        case "the month turns":
            usual.guard(DECEMBER).reconcile()
        case "the limit is raised":
            usual.set_budget("600", "460")
            usual.guard(NOVEMBER + HOUR).reconcile()
        case _:
            usual.guard(NOVEMBER + HOUR).set_manually(Mode.NORMAL)
    assert usual.snapshot() == before
    assert usual.mode() == "normal"


def test_from_stopped_to_braked_only_the_brake_stays(usual: AwsStack) -> None:
    usual.stop()
    usual.set_budget("400", "460")
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.by_label(usual.desired()) == {"api": 2, "worker": 3}
    assert usual.by_label(usual.targets()) == {
        "api": (2, 10, (False, False, False)),
        "worker": (0, 1, (False, False, False)),
    }
    usual.guard(DECEMBER).reconcile()
    assert usual.by_label(usual.targets())["worker"] == (0, 10, (False, False, False))


def test_two_hundred_services_in_two_clusters_are_all_stopped_and_all_restored(
    stack: AwsStack,
) -> None:
    for number in range(200):
        stack.add_service(
            f"n{number}", desired=1, target=Target(least=1, most=2), cluster=number % 2
        )
    before = stack.snapshot()
    stack.stop()
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
    usual.stop()
    assert usual.queue.counts() == (0, 0)
    usual.notices.take_notices()
    usual.guard(DECEMBER).reconcile()
    assert sorted(usual.queue.take_videos()) == ["0", "1", "2"]
    [notice] = usual.notices.take_notices()
    assert json.loads(notice["Message"])["requeued"] == 3
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.queue.counts() == (0, 0)


MOVES = {
    "PUT /schedules",
    "RegisterScalableTarget",
    "UpdateCluster",
    "UpdateService",
}


def test_a_stop_goes_from_outside_in_and_a_restore_from_inside_out(
    usual: AwsStack, proxy: AwsProxy
) -> None:
    outside_in = [
        "UpdateCluster",
        "PUT /schedules",
        "RegisterScalableTarget",
        "RegisterScalableTarget",
        "UpdateService",
        "UpdateService",
    ]
    usual.guard(proxy=proxy).set_manually(Mode.STOPPED)
    assert [call for call in proxy.calls if call in MOVES] == outside_in
    proxy.calls.clear()
    usual.guard(proxy=proxy).set_manually(Mode.NORMAL)
    assert [call for call in proxy.calls if call in MOVES] == outside_in[::-1]


def test_the_last_months_spend_does_not_stop_a_stack_in_the_new_one(usual: AwsStack) -> None:
    usual.stop()
    usual.guard(DECEMBER).reconcile()
    result = usual.guard(DECEMBER + HOUR).reconcile()
    assert (usual.mode(), result.state.spent) == ("normal", 0)
    usual.set_budget("300", "455")
    usual.guard(DECEMBER + HOUR).reconcile()
    assert usual.mode() == "stopped"


def test_a_restore_by_hand_holds_for_the_month_but_not_against_more(usual: AwsStack) -> None:
    usual.set_budget("300", "310")
    usual.guard().reconcile()
    usual.guard().set_manually(Mode.NORMAL)
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.mode() == "normal"
    usual.stop()
    assert usual.mode() == "stopped"


def test_a_stop_by_hand_outlives_the_month_until_somebody_restores(usual: AwsStack) -> None:
    before = usual.snapshot()
    usual.guard().set_manually(Mode.STOPPED)
    usual.guard(DECEMBER).reconcile()
    assert usual.mode() == "stopped"
    usual.guard(DECEMBER).set_manually(Mode.NORMAL)
    assert usual.snapshot() == before


def test_a_restore_when_all_is_well_does_not_switch_the_guard_off(usual: AwsStack) -> None:
    usual.guard().set_manually(Mode.NORMAL)
    usual.stop()
    assert usual.mode() == "stopped"


def test_what_the_program_changes_meanwhile_is_what_comes_back(usual: AwsStack) -> None:
    usual.stop()
    api = f"{usual.clusters[0]}/{usual.name}-api"
    usual.scale(api, Target(least=3, most=6, suspended=(True, True, True)))
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.targets()[api] == (0, 0, (True, True, True))
    usual.guard(DECEMBER).reconcile()
    assert usual.targets()[api] == (3, 6, (False, False, False))


def test_a_service_started_by_hand_is_stopped_again_and_keeps_the_count_it_was_given(
    usual: AwsStack,
) -> None:
    usual.stop()
    usual.notices.take_notices()
    api = f"{usual.clusters[0]}/{usual.name}-api"
    usual.set_desired(api, 1)
    usual.guard(NOVEMBER + HOUR).reconcile()
    assert usual.desired()[api] == 0
    [notice] = usual.notices.take_notices()
    text = json.loads(notice["Message"])["text"]
    assert f"service:{api}: desired 1 -> 0" in text
    assert "Held in all: 6, some since an earlier run" in text
    usual.guard(DECEMBER).reconcile()
    assert usual.desired()[api] == 1


def test_the_owners_emergency_command_is_left_as_it_is_while_nothing_is_over_its_limit(
    usual: AwsStack,
) -> None:
    api = f"{usual.clusters[0]}/{usual.name}-api"
    usual.set_desired(api, 1)
    usual.guard().reconcile()
    usual.stop()
    usual.guard(DECEMBER).reconcile()
    assert usual.desired()[api] == 1


def test_a_service_deleted_meanwhile_is_told_and_a_new_one_is_left_alone(usual: AwsStack) -> None:
    usual.stop()
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
