"""What services read from their environment."""

import pytest

from app.ai_worker.settings import MAX_STOP_SECONDS, WorkerSettings
from app.hub.environment import SettingsError
from app.hub.web.http_service import FINISH_SECONDS
from app.hub.web.limits import Limits
from app.hub.web.listen_settings import MAX_DRAIN_SECONDS, ListenSettings
from app.ingestion_api.service import IngestionSettings, build
from tests.app.conftest import StartService

ECS_LONGEST_STOP_SECONDS = 120


def test_an_empty_environment_listens_on_every_interface_at_8080() -> None:
    settings = ListenSettings.from_environment({})
    assert settings == ListenSettings(host="0.0.0.0", port=8080, drain_seconds=20)


def test_every_setting_of_an_http_service_is_read() -> None:
    environment = {"HOST": "127.0.0.1", "PORT": "65535", "DRAIN_SECONDS": "45"}
    settings = ListenSettings.from_environment(environment)
    assert settings == ListenSettings(host="127.0.0.1", port=65535, drain_seconds=45)


@pytest.mark.parametrize("value", ["", " 80", "-1", "8.0", "80a", "²", "٣"])
@pytest.mark.parametrize("name", ["PORT", "DRAIN_SECONDS"])
def test_what_is_not_a_whole_number_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: expected a whole number from 0 to "):
        ListenSettings.from_environment({name: value})


def test_a_drain_that_ecs_would_not_wait_for_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"got '46': .* 120 seconds"):
        ListenSettings.from_environment({"DRAIN_SECONDS": "46"})


def test_the_longest_stop_is_well_inside_what_ecs_waits() -> None:
    assert MAX_DRAIN_SECONDS + FINISH_SECONDS <= ECS_LONGEST_STOP_SECONDS - 10


SPOT_WARNING_SECONDS = 120
WORKER = {"QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/q", "AWS_REGION": "us-east-1"}


def test_the_queue_and_the_region_are_enough() -> None:
    assert WorkerSettings.from_environment(WORKER) == WorkerSettings(
        queue_url=WORKER["QUEUE_URL"],
        region="us-east-1",
        stop_seconds=100,
        visibility_seconds=60,
        poll_seconds=20,
        max_receives=3,
        agent_uri=None,
    )


def test_every_setting_of_the_worker_is_read() -> None:
    environment = WORKER | {
        "AWS_REGION": "",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "STOP_SECONDS": "110",
        "VISIBILITY_SECONDS": "3600",
        "POLL_SECONDS": "0",
        "MAX_RECEIVES": "5",
        "ECS_AGENT_URI": "http://169.254.170.2/api/1",
        "MAX_MESSAGES_PER_SECOND": "0.25",
    }
    assert WorkerSettings.from_environment(environment) == WorkerSettings(
        queue_url=WORKER["QUEUE_URL"],
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
        WorkerSettings.from_environment(WORKER | {name: value})


def test_the_longest_stop_leaves_time_to_return_a_message_before_spot_takes_the_host() -> None:
    assert MAX_STOP_SECONDS <= SPOT_WARNING_SECONDS - 10


INGESTION = {
    "AWS_REGION": "us-east-1",
    "TABLE_NAME": "buylink-test-hub",
    "STATE_TABLE": "buylink-test-guard",
    "STACK_TAG": "buylink-test",
    "JWT_SIGNING_KEY_ARN": "arn:signing",
    "API_KEY_ARN": "arn:key",
    "PUBLIC_URL": "https://hub.example/",
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/videos",
    "ORIGINALS_BUCKET": "originals",
    "TIKTOK_CLIENT_ARN": "arn:tiktok",
    "TOKEN_KEY_ID": "arn:kms",
}


def test_what_has_a_default_may_be_left_out() -> None:
    settings = IngestionSettings.from_environment(INGESTION)
    assert settings.api.public_url == "https://hub.example"
    assert (settings.api.proxies, settings.api.log_one_in) == (0, 10)
    assert settings.api.limits == Limits()
    assert settings.tiktok_endpoint_url is None


def test_all_that_is_missing_of_the_services_own_is_named_at_once() -> None:
    names = ("QUEUE_URL", "ORIGINALS_BUCKET", "TIKTOK_CLIENT_ARN", "TOKEN_KEY_ID")
    with pytest.raises(SettingsError) as refused:
        IngestionSettings.from_environment({**INGESTION, **dict.fromkeys(names, "")})
    assert all(f"{name}: expected a value, got none" in str(refused.value) for name in names)


@pytest.mark.parametrize(
    ("name", "value"),
    [*((name, "") for name in INGESTION), ("PROXIES", "6"), ("LOG_ONE_IN", "0")],
)
def test_what_is_missing_or_can_not_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, got .*: .*\. Set "):
        IngestionSettings.from_environment(INGESTION | {name: value})


def test_tokens_go_to_tiktok_or_to_this_machine_and_nowhere_else() -> None:
    with pytest.raises(SettingsError, match=r"^TIKTOK_ENDPOINT_URL: expected "):
        build(INGESTION | {"TIKTOK_ENDPOINT_URL": "https://evil.example"})


def test_the_process_ends_with_2_and_says_what_to_do(start_service: StartService) -> None:
    service = start_service("app.ingestion_api", **(INGESTION | {"QUEUE_URL": ""}))
    assert service.exit_code() == 2
    [line] = service.lines
    assert line["message"].startswith("QUEUE_URL: expected a value, got none: videos are queued ")
    assert service.errors == ""
