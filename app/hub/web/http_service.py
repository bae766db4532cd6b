"""What every HTTP service of the hub has: health, readiness, log, problem documents, clean stop.

`GET /readyz` says whether what the service stands on answers. Nothing is stopped or started for it.
The load balancer asks `/healthz`, which asks nobody: when the table doesn't answer, tasks that are
killed for it would come up no better, and what needs no table would be gone with them.
"""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeAlias

import uvicorn
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from app.hub import structured_log
from app.hub.environment import SettingsError
from app.hub.structured_log import fields
from app.hub.web.listen_settings import HEALTH_PATH, READY_PATH, ListenSettings
from app.hub.web.middleware import AccessLog, BodyLimit
from app.hub.web.problems import answer_problems

# Longer than the load balancer's idle timeout (60 s): if the service closed an idle connection
# first, a request sent at that moment would be answered 502.
KEEP_ALIVE_SECONDS = 75

# With the longest drain (45 s) still well inside ECS's stopTimeout of 120 s.
FINISH_SECONDS = 60

Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]

logger = logging.getLogger(__name__)


class HubApp(FastAPI):
    """A FastAPI app that knows its service's name and whether it is about to stop."""

    def __init__(self, service: str, lifespan: Lifespan | None) -> None:
        super().__init__(
            title=service,
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            lifespan=lifespan,
            # Else each request pays for asking whether anybody listens.
            telemetry={"tracing": False, "metrics": False, "logs": False},
        )
        self.service = service
        self.draining = False


def build_app(service: str, *, log_one_in: int = 1, lifespan: Lifespan | None = None) -> HubApp:
    """An app that answers `GET /healthz` and nothing else yet; add routes to it, then `serve` it.

    Health: 200 `{"service": ..., "status": "ok"}`, or 503 with status "draining" once SIGTERM
    came. Errors, unknown paths (404) among them, are problem documents. One of `log_one_in`
    requests that succeed is logged. `lifespan` ends once the last request is answered.
    """
    app = HubApp(service, lifespan)

    async def health() -> JSONResponse:
        if app.draining:
            return JSONResponse({"service": service, "status": "draining"}, status_code=503)
        return JSONResponse({"service": service, "status": "ok"})

    app.add_api_route(HEALTH_PATH, health, include_in_schema=False)
    answer_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(AccessLog, one_in=log_one_in)
    return app


def serve(app: HubApp, *, finish_seconds: int = FINISH_SECONDS) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code: 0 stopped as asked, 2 can't listen.

    SIGTERM: the health check turns 503 at once, so that the load balancer stops sending; after
    DRAIN_SECONDS no connection is accepted any more; requests in flight have `finish_seconds`
    more, then are cut. SIGINT (Ctrl-C) skips the drain. Settings: see `ListenSettings`.
    """
    structured_log.configure(app.service)
    try:
        settings = ListenSettings.from_environment(os.environ)
        listener = _listen(settings)
    except SettingsError as error:
        logger.error("%s", error)
        return 2
    host, port = listener.getsockname()[:2]
    logger.info("listening", extra=fields(host=host, port=port))
    _Server(app, settings.drain_seconds, finish_seconds).run(sockets=[listener])
    logger.info("stopped")
    return 0


def _listen(settings: ListenSettings) -> socket.socket:
    try:
        listener = socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise SettingsError(
            f"HOST and PORT: expected an address this service can listen on, got "
            f"{settings.host}:{settings.port}: {error.strerror}. "
            "Stop what listens there, or set HOST and PORT to a free address."
        ) from error
    # asyncio sets it only on sockets it has made itself; without it each answer of more than one
    # packet waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Server(uvicorn.Server):
    """uvicorn stops listening on SIGTERM and dies of it; this one drains first and exits 0."""

    def __init__(self, app: HubApp, drain_seconds: int, finish_seconds: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # app.hub.web.access knows whom to believe
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=finish_seconds,
            )
        )
        self._app = app
        self._drain_seconds = drain_seconds

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._drain)
        loop.add_signal_handler(signal.SIGINT, self._stop)
        yield

    def _drain(self) -> None:
        if self._app.draining:
            return
        self._app.draining = True
        logger.info("draining", extra=fields(seconds=self._drain_seconds))
        asyncio.get_running_loop().call_later(self._drain_seconds, self._stop)

    def _stop(self) -> None:
        self.should_exit = True


CHECK_SECONDS = 1.5
"""With one attempt: who asks for readiness wants to know now."""

CHECKS_KEPT_SECONDS = 2.0
NOT_READY_RETRY_SECONDS = 5

Check: TypeAlias = Callable[[], object]
"""A blocking call that raises what boto3 raises."""


class Readiness:
    """Asks each check in a thread of its own, at most every two seconds; for one event loop."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        # Of its own: while AWS hangs, the requests take all other threads.
        self._threads = ThreadPoolExecutor(len(checks), "readiness")
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._missing: list[str] = []

    async def missing(self) -> list[str]:
        """The names of the checks that fail."""
        async with self._asking:
            if self._asked_at is None or time.monotonic() - self._asked_at > CHECKS_KEPT_SECONDS:
                answers = await asyncio.gather(*map(self._answers, self._checks.values()))
                self._missing = [
                    name for name, well in zip(self._checks, answers, strict=True) if not well
                ]
                self._asked_at = time.monotonic()
            return self._missing

    async def _answers(self, check: Check) -> bool:
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, check)
        except (BotoCoreError, ClientError):
            return False
        return True


def answer_readiness(app: HubApp, checks: Mapping[str, Check]) -> None:
    """200 with status "ready", or 503 with "not ready" and what it waits for, or "draining"."""
    readiness = Readiness(checks)

    async def ready() -> JSONResponse:
        if app.draining:
            return JSONResponse({"service": app.service, "status": "draining"}, 503)
        missing = await readiness.missing()
        if missing:
            return JSONResponse(
                {"service": app.service, "status": "not ready", "waitsFor": missing},
                503,
                headers={"Retry-After": str(NOT_READY_RETRY_SECONDS), "Cache-Control": "no-store"},
            )
        return JSONResponse({"service": app.service, "status": "ready"})

    app.add_api_route(READY_PATH, ready, include_in_schema=False)
