"""Stands before the AWS on loopback and plays what moto doesn't: faults, and tokens of transactions.

DynamoDB does a transaction once that comes again with its ClientRequestToken, and refuses another
with the same token; moto ignores it.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any

import httpx

from app.hub.clients import AwsAnswer
from dev.hub.aws import AwsServer
from dev.listening import QuietHandler, listening

TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
CONTENDED: AwsAnswer = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "Transaction cancelled [TransactionConflict]",
    "CancellationReasons": [{"Code": "TransactionConflict", "Message": "in conflict"}],
}
_KEPT = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
FAILED: AwsAnswer = {"__type": "com.amazon.coral.service#InternalServerError"}


@dataclass
class DynamoDbProxy:
    """`faults` are taken one by one by transactions, until there are none.

    `fail` answers 500 and `contend` a conflict, both without doing it; `lose` does it and answers
    500 all the same.
    """

    url: str = ""
    faults: list[str] = field(default_factory=list[str])
    transactions: list[AwsAnswer] = field(default_factory=list[AwsAnswer])
    """All that came, in order."""

    def next_fault(self) -> str | None:
        return self.faults.pop(0) if self.faults else None


class _Upstream:
    def __init__(self, url: str) -> None:
        self.proxy = DynamoDbProxy()
        self._url = url
        self._client = httpx.Client(trust_env=False)
        self._done: dict[str, AwsAnswer] = {}
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
        answer = self._client.post(f"{self._url}{path}", content=body, headers=headers)
        return answer.status_code, answer.content

    def _once(
        self, asked: AwsAnswer, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        token = asked["ClientRequestToken"]
        if token in self._done:
            assert self._done[token] == asked, "the same token with another content"
            return 200, b"{}"
        status, answer = self.forward(path, headers, body)
        if status == 200:
            self._done[token] = asked
        return status, answer


class _Handler(QuietHandler):
    def __init__(self, upstream: _Upstream, *args: Any) -> None:
        self._upstream = upstream
        super().__init__(*args)

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name: self.headers[name] for name in _KEPT if name in self.headers}
        is_transaction = headers.get("X-Amz-Target") == TRANSACTION
        asked = self._upstream.transact if is_transaction else self._upstream.forward
        status, content = asked(self.path, headers, body)
        self.answer(status, content, {"Content-Type": "application/x-amz-json-1.0"})


@contextmanager
def dynamodb_proxy(aws: AwsServer) -> Generator[DynamoDbProxy]:
    """Listen on a free port until the block ends."""
    upstream = _Upstream(aws.url)
    with listening(partial(_Handler, upstream)) as upstream.proxy.url:
        yield upstream.proxy
