"""Refuse request bodies that are too large, before they are in memory."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.hub.web.problems import Problem

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
