"""Say in each answer when the guard holds the hub back."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.hub.mode import GuardMode
from app.hub.web.listen_settings import HEALTH_PATH, READY_PATH

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
