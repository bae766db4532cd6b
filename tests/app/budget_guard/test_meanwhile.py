"""What others do to a stack while the guard holds it, and how long a mode lasts."""

import json

from app.budget_guard.mode import Mode
from tests.app.budget_guard.aws_stack import AwsStack, Target
from tests.app.budget_guard.moments import DECEMBER, HOUR, NOVEMBER


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
