"""Stands before an emulator, says what it was asked, and fails as AWS fails when a test says so."""

import json
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from threading import Event
from typing import Any

from dev.listening import Json, QuietHandler, listening

_DYNAMODB = "DynamoDB_20120810"
_PASSED_ON = ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """An error answer of AWS; status 0 stands for none: the caller is left to wait."""

    status: int
    code: str = ""
    only: str = ""
    """The one operation that fails so; empty: all."""


INTERNAL = Fault(status=500, code="InternalServerError")
UNAVAILABLE = Fault(status=503, code="ServiceUnavailable")
THROTTLED = Fault(status=400, code="ThrottlingException")
HANGING = Fault(status=0)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call, and what was answered; `at` is monotonic seconds. DynamoDB says what it consumed."""

    operation: str
    body: Json
    status: int
    answer: Json
    at: float


@dataclass
class FaultProxy:
    """Passes calls on, but for a fault that is set; threads may share it."""

    url: str = ""
    calls: list[Call] = field(default_factory=list[Call])
    _fault: Fault | None = None
    _left: int = 0
    _over: Event = field(default_factory=Event)

    @contextmanager
    def failing(self, fault: Fault, *, times: int = 1_000_000) -> Generator[None]:
        """Within the block the next so many calls fail; who is left to wait is then cut off."""
        self._over, self._left, self._fault = Event(), times, fault
        try:
            yield
        finally:
            self._fault = None
            self._over.set()

    def asked(self, operation: str) -> list[Call]:
        """The calls of an operation so far."""
        return [call for call in self.calls if call.operation == operation]

    def fault_for(self, operation: str) -> tuple[Fault, Event] | None:
        """What a call is answered instead, and what ends its waiting."""
        fault = self._fault
        if fault is None or self._left <= 0 or fault.only not in ("", operation):
            return None
        self._left -= 1
        return fault, self._over


@contextmanager
def fault_proxy(upstream_port: int) -> Generator[FaultProxy]:
    """Listen on a free port until the block ends."""
    proxy = FaultProxy()
    with listening(partial(_Handler, proxy, upstream_port)) as proxy.url:
        yield proxy


class _Handler(QuietHandler):
    def __init__(self, proxy: FaultProxy, upstream_port: int, *args: Any) -> None:
        self._proxy = proxy
        self._upstream = HTTPConnection("127.0.0.1", upstream_port)
        super().__init__(*args)

    def respond(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # who asked was killed meanwhile
            self.close_connection = True
            return
        api, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
        if api == _DYNAMODB:
            body = json.dumps({**json.loads(body), "ReturnConsumedCapacity": "TOTAL"}).encode()
        match self._proxy.fault_for(operation):
            case None:
                status, content = self._pass_on(body)
            case Fault(status=0), over:
                over.wait()
                self._note(operation, body, 0, b"{}")
                self.close_connection = True
                return
            case fault, _:
                status = fault.status
                content = json.dumps({"__type": f"aws#{fault.code}", "message": "told to"}).encode()
        self._note(operation, body, status, content)
        self.answer(status, content, {"Content-Type": "application/x-amz-json-1.0"})

    def handle(self) -> None:
        with suppress(ConnectionError):  # who asked was killed, or waits no longer
            super().handle()

    def finish(self) -> None:
        self._upstream.close()
        with suppress(ConnectionError):
            super().finish()

    def _pass_on(self, body: bytes) -> tuple[int, bytes]:
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        self._upstream.request("POST", self.path, body, headers)
        answer = self._upstream.getresponse()
        return answer.status, answer.read()

    def _note(self, operation: str, body: bytes, status: int, content: bytes) -> None:
        self._proxy.calls.append(
            Call(
                operation=operation,
                body=json.loads(body),
                status=status,
                answer=json.loads(content or b"{}"),
                at=time.monotonic(),
            )
        )
