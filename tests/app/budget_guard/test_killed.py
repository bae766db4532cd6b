"""The guard is killed after each single call to AWS in turn, and the next run makes it good."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app.budget_guard.mode import Mode
from tests.app.aws_server import AwsServer
from tests.app.budget_guard.aws_stack import NOVEMBER, AwsStack
from tests.app.service_process import REPOSITORY

HOUR = timedelta(hours=1)
MOST_CALLS = 80


class KilledGuard:
    """The process that runs guards and kills them."""

    def __init__(self, aws: AwsServer) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.budget_guard.killed_guard"],
            cwd=REPOSITORY,
            env={**os.environ, **aws.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, stack: AwsStack, mode: Mode, moment: datetime, calls: int) -> str:
        """`killed`, or `done 0` once it got to its end."""
        asked = {
            "mode": mode.name,
            "moment": moment.isoformat(),
            "calls": calls,
            "environment": stack.environment,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture
def killed(aws: AwsServer) -> Iterator[KilledGuard]:
    process = KilledGuard(aws)
    yield process
    process.end()


def test_a_stop_that_is_killed_anywhere_is_finished_and_given_back_exactly(
    usual: AwsStack, killed: KilledGuard
) -> None:
    before, moment = usual.snapshot(), NOVEMBER
    for calls in range(MOST_CALLS):
        ended = killed.run(usual, Mode.STOPPED, moment, calls)
        moment += HOUR
        usual.guard(moment).by_hand(Mode.STOPPED)
        assert set(usual.desired().values()) == {0}, f"after {calls} calls"
        assert set(usual.targets().values()) == {(0, 0, (True, True, True))}
        moment += HOUR
        usual.guard(moment).by_hand(Mode.NORMAL)
        assert usual.snapshot() == before, f"after {calls} calls"
        if ended == "done 0":
            assert calls > 20
            return
        assert ended == "killed"
    pytest.fail(f"expected the guard to be done within {MOST_CALLS} calls")


def test_a_restore_that_is_killed_anywhere_is_finished_exactly(
    usual: AwsStack, killed: KilledGuard
) -> None:
    before, moment = usual.snapshot(), NOVEMBER
    for calls in range(MOST_CALLS):
        usual.guard(moment).by_hand(Mode.STOPPED)
        moment += HOUR
        ended = killed.run(usual, Mode.NORMAL, moment, calls)
        moment += HOUR
        usual.guard(moment).by_hand(Mode.NORMAL)
        assert usual.snapshot() == before, f"after {calls} calls"
        if ended == "done 0":
            return
        assert ended == "killed"
    pytest.fail(f"expected the guard to be done within {MOST_CALLS} calls")
