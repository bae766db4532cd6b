"""Log requests without their headers and query; answer a crash with 500."""

import logging
import time
from itertools import count

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.hub.structured_log import Scalar, fields
from app.hub.web.listen_settings import HEALTH_PATH, READY_PATH
from app.hub.web.problems import crashed

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
