"""Guards in processes of their own, which can be killed after any of their calls to AWS."""

import json
import os
import subprocess
import sys
from datetime import datetime

from dev.hub.aws import AwsServer
from dev.processes import REPOSITORY
from tests.app.budget_guard.aws_stack import AwsStack


class GuardProcess:
    """The process that starts them: see `guard_runner`."""

    def __init__(self, aws: AwsServer) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.budget_guard.guard_runner"],
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
