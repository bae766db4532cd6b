"""What the service reads from its environment."""

import pytest

from app.hub.environment import SettingsError
from app.hub.web.limits import Limits
from app.ingestion_api.service import IngestionSettings, build
from tests.app.conftest import StartService

LEAST = {
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
    settings = IngestionSettings.from_environment(LEAST)
    assert settings.api.public_url == "https://hub.example"
    assert (settings.api.proxies, settings.api.log_one_in) == (0, 10)
    assert settings.api.limits == Limits()
    assert settings.tiktok_endpoint_url is None


def test_all_that_is_missing_of_the_services_own_is_named_at_once() -> None:
    own = ("QUEUE_URL", "ORIGINALS_BUCKET", "TIKTOK_CLIENT_ARN", "TOKEN_KEY_ID")
    with pytest.raises(SettingsError) as refused:
        IngestionSettings.from_environment({**LEAST, **dict.fromkeys(own, "")})
    assert all(f"{name}: expected a value, got none" in str(refused.value) for name in own)


@pytest.mark.parametrize(
    ("name", "value"),
    [*((name, "") for name in LEAST), ("PROXIES", "6"), ("LOG_ONE_IN", "0")],
)
def test_what_is_missing_or_can_not_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, got .*: .*\. Set "):
        IngestionSettings.from_environment(LEAST | {name: value})


def test_tokens_go_to_tiktok_or_to_this_machine_and_nowhere_else() -> None:
    with pytest.raises(SettingsError, match=r"^TIKTOK_ENDPOINT_URL: expected "):
        build(LEAST | {"TIKTOK_ENDPOINT_URL": "https://evil.example"})


def test_the_process_ends_with_2_and_says_what_to_do(start_service: StartService) -> None:
    service = start_service("app.ingestion_api", **(LEAST | {"QUEUE_URL": ""}))
    assert service.exit_code() == 2
    [line] = service.lines
    assert line["message"].startswith("QUEUE_URL: expected a value, got none: videos are queued ")
    assert service.errors == ""
