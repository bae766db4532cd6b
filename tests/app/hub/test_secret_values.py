"""Secrets and their rotation."""

import pytest
from botocore.exceptions import ClientError

from app.hub.secret_values import LOOK_AGAIN_SECONDS, REFRESH_SECONDS, RotatingSecret
from dev.hub.aws import AwsServer
from tests.app.hub.samples import Clock


def secret(aws: AwsServer, arn: str, clock: Clock) -> RotatingSecret:
    return RotatingSecret(aws.client("secretsmanager"), arn, monotonic=clock)


def values(of: RotatingSecret) -> list[str]:
    return [key.value for key in of.accepted()]


def test_a_secret_that_was_never_rotated_has_one_value(aws: AwsServer) -> None:
    keys = secret(aws, aws.secret("first"), Clock())
    assert values(keys) == ["first"]
    assert keys.current().value == "first"


def test_after_a_rotation_the_value_before_is_accepted_and_the_one_before_that_is_not(
    aws: AwsServer,
) -> None:
    arn = aws.secret("first")
    aws.rotate(arn, "second")
    assert values(secret(aws, arn, Clock())) == ["second", "first"]
    aws.rotate(arn, "third")
    keys = secret(aws, arn, Clock())
    assert values(keys) == ["third", "second"]
    assert keys.current().value == "third"


def test_a_value_is_read_anew_after_six_hours(aws: AwsServer) -> None:
    arn, clock = aws.secret("first"), Clock()
    keys = secret(aws, arn, clock)
    assert values(keys) == ["first"]
    aws.rotate(arn, "second")
    clock.now += REFRESH_SECONDS
    assert values(keys) == ["first"]
    clock.now += 1
    assert values(keys) == ["second", "first"]


def test_an_unknown_key_is_looked_for_again_at_most_once_a_minute(aws: AwsServer) -> None:
    arn, clock = aws.secret("first"), Clock()
    keys = secret(aws, arn, clock)
    new_id = secret(aws, aws.secret("second"), clock).current().id
    assert keys.key(keys.current().id) == keys.current()
    aws.rotate(arn, "second")
    assert keys.key(new_id) is None
    clock.now += LOOK_AGAIN_SECONDS + 1
    assert keys.key("unknown") is None  # it looked, so the new one is known now
    new = keys.key(new_id)
    assert new is not None
    assert new.value == "second"
    aws.rotate(arn, "third")
    clock.now += LOOK_AGAIN_SECONDS - 1
    assert keys.find(lambda secret: secret.value == "third") is None


def test_a_secret_that_can_not_be_read_anew_goes_on_as_it_was(
    aws: AwsServer, caplog: pytest.LogCaptureFixture
) -> None:
    arn, clock = aws.secret("first"), Clock()
    keys = secret(aws, arn, clock)
    known = keys.current()
    aws.client("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    clock.now += REFRESH_SECONDS + 1
    for _ in range(2):
        assert keys.current() == known
        assert keys.key("unknown") is None
    assert len(caplog.records) == 1
    clock.now += LOOK_AGAIN_SECONDS + 1
    assert keys.current() == known
    assert len(caplog.records) == 2
    with pytest.raises(ClientError):
        secret(aws, arn, clock).current()


def test_no_value_shows_in_a_text(aws: AwsServer) -> None:
    key = secret(aws, aws.secret("sesame"), Clock()).current()
    assert "sesame" not in f"{key}{key!r}"
