"""The environment variables of the worker."""

import pytest

from app.ai_worker.settings import MAX_STOP_SECONDS, WorkerSettings
from app.hub.environment import SettingsError

SPOT_WARNING_SECONDS = 120
LEAST = {"QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/q", "AWS_REGION": "us-east-1"}


def test_the_queue_and_the_region_are_enough() -> None:
    assert WorkerSettings.from_environment(LEAST) == WorkerSettings(
        queue_url=LEAST["QUEUE_URL"],
        region="us-east-1",
        stop_seconds=100,
        visibility_seconds=60,
        poll_seconds=20,
        max_receives=3,
        agent_uri=None,
    )


def test_every_setting_is_read() -> None:
    given = LEAST | {
        "AWS_REGION": "",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "STOP_SECONDS": "110",
        "VISIBILITY_SECONDS": "3600",
        "POLL_SECONDS": "0",
        "MAX_RECEIVES": "5",
        "ECS_AGENT_URI": "http://169.254.170.2/api/1",
        "MAX_MESSAGES_PER_SECOND": "0.25",
    }
    assert WorkerSettings.from_environment(given) == WorkerSettings(
        queue_url=LEAST["QUEUE_URL"],
        region="eu-west-1",
        stop_seconds=110,
        visibility_seconds=3600,
        poll_seconds=0,
        max_receives=5,
        agent_uri="http://169.254.170.2/api/1",
        seconds_between=4.0,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_URL", ""),
        ("QUEUE_URL", "arn:aws:sqs:us-east-1:1:q"),
        ("AWS_REGION", ""),
        ("STOP_SECONDS", "111"),
        ("STOP_SECONDS", "soon"),
        ("MAX_RECEIVES", "0"),
        ("VISIBILITY_SECONDS", "2"),
        ("VISIBILITY_SECONDS", "3601"),
        ("POLL_SECONDS", "21"),
        ("ECS_AGENT_URI", "file:///etc/passwd"),
        ("MAX_MESSAGES_PER_SECOND", "0"),
        ("MAX_MESSAGES_PER_SECOND", "1001"),
        ("MAX_MESSAGES_PER_SECOND", "NaN"),
        ("MAX_MESSAGES_PER_SECOND", "fast"),
    ],
)
def test_what_can_not_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, got .*: .*\. Set "):
        WorkerSettings.from_environment(LEAST | {name: value})


def test_the_longest_stop_leaves_time_to_return_a_message_before_spot_takes_the_host() -> None:
    assert MAX_STOP_SECONDS <= SPOT_WARNING_SECONDS - 10
