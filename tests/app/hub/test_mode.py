"""The guard's word, and how long it is believed."""

import threading
import time

import pytest

from app.hub.mode import CACHE_SECONDS, GuardMode
from dev.hub.aws import AwsServer
from tests.app.hub.samples import Clock

STACK = "buylink-test"


def guard(aws: AwsServer, table: str, clock: Clock) -> GuardMode:
    return GuardMode(aws.client("dynamodb"), table=table, stack=STACK, monotonic=clock)


def test_before_the_guards_first_word_the_mode_is_normal(aws: AwsServer) -> None:
    assert guard(aws, aws.state_table(), Clock()).current() == "normal"


@pytest.mark.parametrize("word", ["normal", "braked", "stopped"])
def test_the_guards_word_counts(aws: AwsServer, word: str) -> None:
    table = aws.state_table()
    aws.set_mode(table, STACK, word)
    aws.set_mode(table, "another-stack", "stopped")
    mode = guard(aws, table, Clock())
    assert mode.cached() is None
    assert (mode.current(), mode.cached()) == (word, word)


def test_a_word_is_believed_for_15_seconds_and_no_longer(aws: AwsServer) -> None:
    table, clock = aws.state_table(), Clock()
    mode = guard(aws, table, clock)
    assert mode.current() == "normal"
    aws.set_mode(table, STACK, "stopped")
    clock.now += CACHE_SECONDS - 0.1
    assert mode.current() == "normal"
    clock.now += 0.1
    assert mode.cached() is None
    assert mode.current() == "stopped"


def test_a_word_that_is_none_changes_nothing(
    aws: AwsServer, caplog: pytest.LogCaptureFixture
) -> None:
    table, clock = aws.state_table(), Clock()
    mode = guard(aws, table, clock)
    for word, expected in (("odd", "normal"), ("braked", "braked"), ("BRAKED ", "braked")):
        aws.set_mode(table, STACK, word)
        clock.now += CACHE_SECONDS
        assert mode.current() == expected
    assert len(caplog.records) == 2


def test_a_table_that_does_not_answer_leaves_the_last_word(
    aws: AwsServer, caplog: pytest.LogCaptureFixture
) -> None:
    table, clock = aws.state_table(), Clock()
    aws.set_mode(table, STACK, "braked")
    mode = guard(aws, table, clock)
    assert mode.current() == "braked"
    aws.client("dynamodb").delete_table(TableName=table)
    clock.now += CACHE_SECONDS
    assert mode.current() == "braked"
    assert mode.cached() == "braked"  # so that it is asked again after a while, not at once
    assert guard(aws, table, clock).current() == "normal"
    assert [record.message for record in caplog.records] == ["the guard's mode can't be read"] * 2


def test_the_last_word_is_said_at_once_and_another_is_read_meanwhile(aws: AwsServer) -> None:
    table, clock, may_read = aws.state_table(), Clock(), threading.Event()
    dynamodb = aws.client("dynamodb")

    def hold(**_: object) -> None:
        may_read.wait(10)

    dynamodb.meta.events.register("before-send.dynamodb.GetItem", hold)
    mode = GuardMode(dynamodb, table=table, stack=STACK, monotonic=clock)
    assert mode.latest() is None
    may_read.set()
    assert mode.current() == mode.latest() == "normal"
    may_read.clear()
    aws.set_mode(table, STACK, "stopped")
    assert mode.latest() == "normal"
    clock.now += CACHE_SECONDS
    assert mode.latest() == mode.latest() == "normal"
    may_read.set()
    deadline = time.monotonic() + 10
    while mode.latest() != "stopped":
        assert time.monotonic() < deadline
        time.sleep(0.02)
