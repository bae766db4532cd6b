"""Processes that tests and benchmarks start: services of the hub, and how any of them ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx

REPOSITORY = Path(__file__).resolve().parents[1]
LIMIT_SECONDS = 10

LogLine: TypeAlias = dict[str, Any]
"""A line of a service's log, by field."""


class ServiceProcess:
    """`python -m MODULE` in `cwd`; its output goes to files in `folder`; warnings are errors."""

    def __init__(
        self, module: str, folder: Path, *, cwd: Path = REPOSITORY, **environment: str
    ) -> None:
        # Each request comes on a connection of its own, as from different people.
        self._client = httpx.Client(
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=LIMIT_SECONDS,
            trust_env=False,
        )
        self._log, self._errors = folder / "stdout", folder / "stderr"
        settings = {"HOST": "127.0.0.1", "PORT": "0", "DRAIN_SECONDS": "0", **environment}
        with self._log.open("w") as log, self._errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", module],
                cwd=cwd,
                env={**os.environ, **settings},
                stdout=log,
                stderr=errors,
            )

    @property
    def lines(self) -> list[LogLine]:
        """What the service has logged so far; fails if a line isn't a JSON object."""
        whole, _, _ = self.output.rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    @property
    def output(self) -> str:
        """Everything on standard output so far."""
        return self._log.read_text()

    @property
    def errors(self) -> str:
        """Everything on standard error so far."""
        return self._errors.read_text()

    def logged(self, message: str) -> list[LogLine]:
        """The lines with this message; lines of metrics have none."""
        return [line for line in self.lines if line.get("message") == message]

    def wait_until(
        self, condition: Callable[[], object], what: str, *, seconds: float = LIMIT_SECONDS
    ) -> None:
        """Wait until the condition holds; fails after so many seconds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not {what}: {self.output}{self.errors}"
            time.sleep(0.02)

    def logged_request(self, path: str) -> LogLine:
        """The one access log line of this path; it may come a moment after the answer."""

        def of_path() -> list[LogLine]:
            return [line for line in self.logged("request") if line["path"] == path]

        self.wait_until(of_path, f"logging {path}")
        [line] = of_path()
        return line

    @property
    def port(self) -> int:
        """The port it listens on, once it does."""
        self.wait_until(lambda: self.logged("listening"), "listening")
        return self.logged("listening")[0]["port"]

    def request(
        self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any
    ) -> httpx.Response:
        """One request on a connection of its own; `sent` is httpx's, such as a body as `json`."""
        url = f"http://127.0.0.1:{self.port}{path}"
        return self._client.request(method, url, headers=headers, **sent)

    def connect(self) -> socket.socket:
        """A bare connection, for requests that are sent piece by piece."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_SECONDS)

    def refuses(self) -> bool:
        """Whether it accepts no new connection."""
        try:
            self.connect().close()
        except ConnectionError:
            return True
        return False

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def wait_for(self, message: str, times: int = 1) -> None:
        """Wait until it has logged this message so often; fails after LIMIT_SECONDS."""
        self.wait_until(lambda: len(self.logged(message)) == times, f"{message} {times} times")

    def stop(self) -> None:
        """SIGTERM; it must end by itself, without an error, and say so."""
        self.signal(signal.SIGTERM)
        assert self.exit_code() == 0
        assert self.errors == ""
        assert [line["message"] for line in self.lines if "message" in line][-1] == "stopped"

    def exit_code(self) -> int:
        """Wait for its end; fails after LIMIT_SECONDS."""
        return self.process.wait(LIMIT_SECONDS)

    def kill(self) -> None:
        """End it, if it still runs."""
        self._client.close()
        self.process.kill()
        self.process.wait()


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    """SIGTERM; SIGKILL after so many seconds. Waits until it is gone."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
