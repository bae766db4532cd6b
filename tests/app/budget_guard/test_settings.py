"""The environment variables of the guard."""

import pytest

from app.budget_guard.mode import Mode
from app.budget_guard.settings import GuardSettings
from app.hub.environment import SettingsError
from tests.app.budget_guard.budget_messages import BUDGET, TOPIC_ARN

ENVIRONMENT = {
    "TOPIC_ARN": TOPIC_ARN,
    "BUDGET_NAME": BUDGET,
    "STACK_TAG": "buylink-prod",
    "STATE_TABLE": "state",
    "NOTICE_TOPIC_ARN": f"{TOPIC_ARN}-notices",
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/q",
    "TABLE_NAME": "hub",
    "CLUSTERS": "one,two",
    "REPORT_BUCKET": "reports",
    "AWS_REGION": "us-east-1",
}


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_every_variable_is_needed(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, got none: .*\. Set it "):
        GuardSettings.from_environment(ENVIRONMENT | {name: ""})


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        GuardSettings.from_environment({"AWS_REGION": "us-east-1"})
    assert all(name in str(caught.value) for name in ENVIRONMENT if name != "AWS_REGION")


def test_what_may_be_left_out_has_a_careful_default() -> None:
    read = GuardSettings.from_environment(ENVIRONMENT)
    assert read.clusters == ("one", "two")
    assert (read.schedules, read.never_stop, read.workers) == ((), frozenset(), frozenset())
    assert (read.braked_worker_tasks, read.on_projection) == (1, Mode.NORMAL)


def test_names_and_counts_are_lists_joined_by_commas() -> None:
    more = {"NEVER_STOP": "a,b", "STANDING": "nat-gateway=2,kms-key=1", "ON_PROJECTION": "stop"}
    read = GuardSettings.from_environment(ENVIRONMENT | more)
    assert read.never_stop == {"a", "b"}
    assert read.fixed_costs == {"nat-gateway": 2, "kms-key": 1}
    assert read.on_projection is Mode.STOPPED


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"TOPIC_ARN": "budget-topic"}, "^TOPIC_ARN: expected a topic's ARN"),
        ({"NOTICE_TOPIC_ARN": TOPIC_ARN}, "^NOTICE_TOPIC_ARN: expected another topic"),
        ({"ON_PROJECTION": "panic"}, "^ON_PROJECTION: expected warn, brake or stop, got 'panic'"),
        ({"STANDING": "nat-gateway"}, "^STANDING: expected thing=number,…, got 'nat-gateway'"),
        ({"BRAKED_WORKER_TASKS": "-1"}, "^BRAKED_WORKER_TASKS: expected a whole number"),
    ],
)
def test_what_can_not_work_is_refused(changed: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        GuardSettings.from_environment(ENVIRONMENT | changed)
