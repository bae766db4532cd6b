"""Guards in processes of their own, which can be killed after any of their calls to AWS.

Run as a module, it is the process that starts them, each in a fork, as boto3 is loaded there
already. It reads lines of JSON: `moment`, `calls` (how many calls to AWS a guard makes before SIGKILL
ends it; null: all of them) and `environment` (the guard's). It answers each with `killed`, or `done`
and the exit code.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from functools import cache

from app.budget_guard.guard import Guard
from app.budget_guard.run_time import RunTime
from app.budget_guard.settings import GuardSettings
from app.hub.clients import Clients, client
from dev.hub.aws import AwsServer
from dev.listening import Json
from dev.processes import REPOSITORY
from tests.app.budget_guard.aws_stack import AwsStack


class GuardProcess:
    """The process that starts them."""

    def __init__(self, aws: AwsServer) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=REPOSITORY,
            env={**os.environ, **aws.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def reconcile(self, stack: AwsStack, moment: datetime, *, calls: int | None = None) -> bool:
        """Whether it got to its end, and was not killed after so many calls."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {
            "moment": moment.isoformat(),
            "calls": calls,
            "environment": stack.environment,
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        assert answer in ("done 0", "killed"), answer
        return answer == "done 0"

    def end(self) -> None:
        """Once all are done."""
        self._process.communicate()


SERVICES = (
    "dynamodb",
    "ecs",
    "application-autoscaling",
    "scheduler",
    "budgets",
    "s3",
    "sns",
    "sqs",
)


class Countdown:
    """Ends the process, as a timeout of Lambda's would, before the call after the last one."""

    def __init__(self, calls: int) -> None:
        self._left = calls

    def __call__(self, **_: object) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


def main() -> None:
    clients = cache(lambda service: client(service, os.environ["AWS_REGION"]))
    for service in SERVICES:
        clients(service)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(clients, asked)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        print("killed" if os.WIFSIGNALED(status) else f"done {os.WEXITSTATUS(status)}", flush=True)


def _run(clients: Clients, asked: Json) -> None:
    if asked["calls"] is not None:
        countdown = Countdown(asked["calls"])
        for service in SERVICES:
            clients(service).meta.events.register("before-send.*.*", countdown)
    settings = GuardSettings.from_environment(asked["environment"])
    moment = datetime.fromisoformat(asked["moment"])
    Guard(settings, clients, RunTime(300, clock=lambda: moment)).reconcile()


if __name__ == "__main__":
    main()
