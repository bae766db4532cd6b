"""HTTP servers of tests: on a free loopback port, each request in a thread, until a block ends."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeAlias


class QuietHandler(BaseHTTPRequestHandler):
    """Sees to any request by `respond`; keeps connections open, and keeps quiet."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: else each answer waits for an ACK

    def respond(self) -> None:
        """See to the request at hand."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.respond()

    def do_PUT(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.respond()

    def do_DELETE(self) -> None:
        self.respond()

    def answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        """Send a whole answer; its length is added."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def listening(handler: Callable[..., BaseHTTPRequestHandler]) -> Generator[str]:
    """Its URL; `handler` is called with what a server gives its handlers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False  # clients keep their connections
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


Json: TypeAlias = Any
"""What a text in JSON holds, of whatever shape."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request: its body is read as JSON; `at` is monotonic seconds, `target` AWS's operation."""

    method: str
    path: str
    body: Json
    at: float
    target: str = ""


@dataclass
class Loopback:
    """Where it listens, what it was asked so far, and what it answers: status and JSON."""

    answer: Callable[[Asked], tuple[int, object]]
    url: str = ""
    asked: list[Asked] = field(default_factory=list[Asked])


@contextmanager
def loopback_server(answer: Callable[[Asked], tuple[int, object]]) -> Generator[Loopback]:
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
