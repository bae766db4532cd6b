"""Around every request: a limit to its body, its line in the log, and the guard's mode.

Bodies that are too large are refused before they are in memory. Requests are logged without their
headers and query, and a crash is answered with 500. Each answer says when the guard holds back.
"""

import logging
import time
from collections.abc import Iterable
from itertools import count

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.hub.mode import GuardMode
from app.hub.structured_log import Scalar, fields
from app.hub.web.listen_settings import HEALTH_PATH, READY_PATH
from app.hub.web.problems import Problem, crashed

MOST_BYTES = 64 * 1024
"""No request of the hub needs more: media goes to S3 directly."""

_LONGEST_NUMBER = 20


class _TooLargeError(Exception):
    """More came than was announced."""


class BodyLimit:
    """413 for a body of more than 64 KiB, whether its length is announced or not.

    Most requests have no body, and pass at no cost.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced = _announced(scope["headers"]) if scope["type"] == "http" else 0
        if announced == 0:
            await self._app(scope, receive, send)
        elif announced is not None and announced > MOST_BYTES:
            await _refusal()(scope, receive, send)
        else:
            await self._counting(scope, receive, send)

    async def _counting(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen, started = 0, False

        async def counting() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MOST_BYTES:
                raise _TooLargeError
            return message

        async def noting(message: Message) -> None:
            nonlocal started
            # FastAPI catches what is raised while it reads a body, and answers something else.
            if started or seen <= MOST_BYTES:
                started = True
                await send(message)

        try:
            await self._app(scope, counting, noting)
        except _TooLargeError:
            if started:
                raise
        if seen > MOST_BYTES and not started:
            await _refusal()(scope, receive, send)


def _announced(headers: Iterable[tuple[bytes, bytes]]) -> int | None:
    """A body's length by the request's headers: None when it comes in pieces.

    https://www.rfc-editor.org/rfc/rfc9112#section-6.3
    """
    length = 0
    for name, value in headers:
        if name == b"transfer-encoding":
            return None
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) < _LONGEST_NUMBER else None
    return length


def _refusal() -> ASGIApp:
    detail = f"expected a body of at most {MOST_BYTES} bytes, got more: send less"
    return Problem(413, "body-too-large", detail, headers={"Connection": "close"}).response()


# A path may be 64 KB long, and CloudWatch charges by the byte.
_LONGEST_LOGGED = 200
_ERROR = 400
_SLOW_SECONDS = 1.0

logger = logging.getLogger(__name__)


class AccessLog:
    """Every error, every slow request, and one of `one_in` others: every logged byte is billed."""

    def __init__(self, app: ASGIApp, *, one_in: int) -> None:
        self._app = app
        self._one_in = one_in
        self._succeeded = count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int | None = None  # none was sent
        started = time.perf_counter()

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        except Exception:
            logger.exception("request failed", extra=_request(scope))
            if status is None:
                await crashed()(scope, receive, noting_status)
            # Else half an answer is out, and uvicorn closes the connection to tell the client.
        finally:
            self._log(scope, status, time.perf_counter() - started)

    def _log(self, scope: Scope, status: int | None, seconds: float) -> None:
        succeeded = status is not None and status < _ERROR
        # They are asked every few seconds.
        if succeeded and scope["path"] in (HEALTH_PATH, READY_PATH):
            return
        slow = seconds >= _SLOW_SECONDS
        if succeeded and not slow and next(self._succeeded) % self._one_in:
            return
        request = _request(scope)
        request["fields"] |= {"status": status, "duration_ms": round(seconds * 1000, 1)}
        if succeeded and not slow:
            request["fields"]["one_in"] = self._one_in
        logger.info("request", extra=request)


def _request(scope: Scope) -> dict[str, dict[str, Scalar]]:
    method, path = scope["method"][:_LONGEST_LOGGED], scope["path"][:_LONGEST_LOGGED]
    return fields(method=method, path=path)


MODE_HEADER = "Buylink-Mode"


class ModeHeader:
    """`Buylink-Mode: braked` or `stopped`; none in normal times."""

    def __init__(self, app: ASGIApp, *, guard: GuardMode) -> None:
        self._app = app
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Whether we are well must not depend on a table, nor how long it takes to say.
        if scope["type"] != "http" or scope["path"] in (HEALTH_PATH, READY_PATH):
            await self._app(scope, receive, send)
            return
        # Nobody waits for it but the first: while the table hangs, what needs no table goes on.
        mode = self._guard.latest() or await run_in_threadpool(self._guard.current)
        if mode == "normal":
            await self._app(scope, receive, send)
            return

        async def saying_so(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[MODE_HEADER] = mode
            await send(message)

        await self._app(scope, receive, saying_so)
