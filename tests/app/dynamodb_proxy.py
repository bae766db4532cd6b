"""Stands before the AWS on loopback and plays what moto doesn't: faults, and tokens of transactions.

DynamoDB does a transaction once that comes again with its ClientRequestToken, and refuses another
with the same token; moto ignores it.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import httpx

from tests.app.aws_server import AwsServer

TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
CONTENDED: dict[str, Any] = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "Transaction cancelled [TransactionConflict]",
    "CancellationReasons": [{"Code": "TransactionConflict", "Message": "in conflict"}],
}
_KEPT = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
FAILED: dict[str, Any] = {"__type": "com.amazon.coral.service#InternalServerError"}


@dataclass
class DynamoDbProxy:
    """`faults` are taken one by one by transactions, until there are none.

    `fail` answers 500 and `contend` a conflict, both without doing it; `lose` does it and answers
    500 all the same.
    """

    url: str
    faults: list[str] = field(default_factory=list[str])
    transactions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """All that came, in order."""

    def next_fault(self) -> str | None:
        return self.faults.pop(0) if self.faults else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = DynamoDbProxy(f"http://127.0.0.1:{self.server_port}")
        self._upstream = upstream
        self._client = httpx.Client(trust_env=False)
        self._done: dict[str, dict[str, Any]] = {}
        self._lock = Lock()

    def transact(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        with self._lock:
            asked = json.loads(body)
            self.proxy.transactions.append(asked)
            fault = self.proxy.next_fault()
            if fault == "contend":
                return 400, json.dumps(CONTENDED).encode()
            if fault == "fail":
                return 500, json.dumps(FAILED).encode()
            answer = self._once(asked, path, headers, body)
            return (500, json.dumps(FAILED).encode()) if fault == "lose" else answer

    def forward(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        answer = self._client.post(f"{self._upstream}{path}", content=body, headers=headers)
        return answer.status_code, answer.content

    def _once(
        self, asked: dict[str, Any], path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        token = asked["ClientRequestToken"]
        if token in self._done:
            assert self._done[token] == asked, "the same token with another content"
            return 200, b"{}"
        status, answer = self.forward(path, headers, body)
        if status == 200:
            self._done[token] = asked
        return status, answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: self.headers[name] for name in _KEPT if name in self.headers}
        is_transaction = headers.get("X-Amz-Target") == TRANSACTION
        answer = server.transact if is_transaction else server.forward
        status, content = answer(self.path, headers, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def dynamodb_proxy(aws: AwsServer) -> Generator[DynamoDbProxy]:
    """Listen on a free port until the block ends."""
    server = _Server(aws.url)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
