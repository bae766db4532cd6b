"""The environment variables of the guard."""

import pytest

from app.budget_guard.settings import GuardSettings
from app.hub.environment import SettingsError
from tests.app.budget_messages import BUDGET, TOPIC_ARN

ENVIRONMENT = {
    "TOPIC_ARN": TOPIC_ARN,
    "BUDGET_NAME": BUDGET,
    "STACK_TAG": "buylink-prod",
    "STATE_TABLE": "state",
    "NOTICE_TOPIC_ARN": f"{TOPIC_ARN}-notices",
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/q",
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


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"TOPIC_ARN": "budget-topic"}, "^TOPIC_ARN: expected a topic's ARN"),
        ({"NOTICE_TOPIC_ARN": TOPIC_ARN}, "^NOTICE_TOPIC_ARN: expected another topic"),
    ],
)
def test_topics_that_can_not_work_are_refused(changed: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        GuardSettings.from_environment(ENVIRONMENT | changed)
