"""A small HTTP server on loopback that records what it is asked and answers as told."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


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

    url: str
    answer: Callable[[Asked], tuple[int, Any]]
    asked: list[Asked] = field(default_factory=list[Asked])


@contextmanager
def loopback_server(answer: Callable[[Asked], tuple[int, Any]]) -> Generator[Loopback]:
    """Listen on a free port until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep quiet."""

        def _answer(self) -> None:
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
            encoded = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    loopback = Loopback(f"http://127.0.0.1:{server.server_port}", answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield loopback
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
