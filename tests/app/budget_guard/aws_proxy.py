"""Stands before the AWS on loopback and plays what moto doesn't, by rules that a test sets.

What moto doesn't do: it starts no tasks for a service, has no deployments that last, and throttles
and denies nobody. A rule gets a call's JSON and a way to pass it on, and answers in its place.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, TypeAlias

import boto3
import httpx
from botocore.config import Config

from tests.app.aws_server import CREDENTIAL, REGION, AwsServer

Answer: TypeAlias = tuple[int, Any]
PassOn: TypeAlias = Callable[[], Answer]
Rule: TypeAlias = Callable[[Any, PassOn], Answer]

_OWN = frozenset({"host", "connection", "content-length", "accept-encoding"})
ATTEMPTS = 2


@dataclass
class AwsProxy:
    """`rules` are by operation, such as UpdateService; `calls` are the operations asked for so far.

    Of REST, an operation is the method and where it goes: `PUT /schedules`.
    """

    url: str
    upstream: str
    rules: dict[str, Rule] = field(default_factory=dict[str, Rule])
    calls: list[str] = field(default_factory=list[str])
    _clients: dict[str, Any] = field(default_factory=dict[str, Any])
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False))

    def client(self, service: str) -> Any:
        """A boto3 client that asks here, and tries once more where AWS says to."""
        if service not in self._clients:
            session: Any = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
            retries = Config(retries={"mode": "standard", "total_max_attempts": ATTEMPTS})
            self._clients[service] = session.client(service, endpoint_url=self.url, config=retries)
        return self._clients[service]

    def refuse(self, operation: str, code: str, *, times: int = 1_000_000, **only: Any) -> None:
        """Answer an error as AWS does, a number of times; `only` where the call says just this."""
        left = [times]

        def refused(asked: Any, pass_on: PassOn) -> Answer:
            if not left[0] or not asked.items() >= only.items():
                return pass_on()
            left[0] -= 1
            return 400, {"__type": code, "message": "no"}

        self.rules[operation] = refused

    def edit(self, operation: str, change: Callable[[Any], None]) -> None:
        """Change what AWS answers, in place."""

        def edited(_: Any, pass_on: PassOn) -> Answer:
            status, answer = pass_on()
            change(answer)
            return status, answer

        self.rules[operation] = edited


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: else each answer waits for an ACK

    def __init__(self, proxy: AwsProxy, *args: Any) -> None:
        self._proxy = proxy
        super().__init__(*args)

    def do_GET(self) -> None:
        self._do()

    def do_PUT(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def do_DELETE(self) -> None:
        self._do()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        operation = target or f"{self.command} /{self.path.split('/')[1]}"
        self._proxy.calls.append(operation)
        rule = self._proxy.rules.get(operation)
        if rule is None:
            self._answer(self._upstream(body))
            return

        def pass_on() -> Answer:
            answer = self._upstream(body)
            return answer.status_code, json.loads(answer.content)

        status, content = rule(json.loads(body), pass_on)
        self._answer(httpx.Response(status, json=content))

    def _upstream(self, body: bytes) -> httpx.Response:
        headers = {name: it for name, it in self.headers.items() if name.lower() not in _OWN}
        url = f"{self._proxy.upstream}{self.path}"
        return self._proxy.http.request(self.command, url, content=body, headers=headers)

    def _answer(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in (*_OWN, "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)


@contextmanager
def aws_proxy(aws: AwsServer) -> Generator[AwsProxy]:
    """Listen on a free port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    server.block_on_close = False  # clients keep their connections
    proxy = AwsProxy(f"http://127.0.0.1:{server.server_port}", aws.url)
    server.RequestHandlerClass = partial(_Handler, proxy)  # pyright: ignore[reportAttributeAccessIssue] - called alike
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        proxy.http.close()
