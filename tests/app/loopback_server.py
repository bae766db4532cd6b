"""A small HTTP server on loopback that records what it is asked and answers as told."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dev.listening import QuietHandler, listening


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request: its body is read as JSON; `at` is monotonic seconds, `target` AWS's operation."""

    method: str
    path: str
    body: Any
    at: float
    target: str = ""


@dataclass
class Loopback:
    """Where it listens, what it was asked so far, and what it answers: status and JSON."""

    answer: Callable[[Asked], tuple[int, Any]]
    url: str = ""
    asked: list[Asked] = field(default_factory=list[Asked])


@contextmanager
def loopback_server(answer: Callable[[Asked], tuple[int, Any]]) -> Generator[Loopback]:
    """Listen on a free port until the block ends."""

    class Handler(QuietHandler):
        def respond(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(
                method=self.command,
                path=self.path,
                body=body,
                at=time.monotonic(),
                target=self.headers.get("X-Amz-Target", ""),
            )
            loopback.asked.append(asked)
            status, content = loopback.answer(asked)
            self.answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    loopback = Loopback(answer)
    with listening(Handler) as loopback.url:
        yield loopback
