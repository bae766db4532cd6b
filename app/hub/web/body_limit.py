"""Refuse request bodies that are too large, before they are in memory."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.hub.web.problems import Problem

MOST_BYTES = 64 * 1024
"""No request of the hub needs more: media goes to S3 directly."""


class _TooLargeError(Exception):
    """More came than was announced."""


class BodyLimit:
    """413 for a body of more than 64 KiB, whether its length is announced or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > MOST_BYTES:
            await _refusal()(scope, receive, send)
            return
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
            started = True
            await send(message)

        try:
            await self._app(scope, counting, noting)
        except _TooLargeError:
            if started:
                raise
            await _refusal()(scope, receive, send)


def _refusal() -> ASGIApp:
    detail = f"expected a body of at most {MOST_BYTES} bytes, got more: send less"
    return Problem(413, "body-too-large", detail, headers={"Connection": "close"}).response()
