"""`GET /readyz`: whether what the service stands on answers.

Nothing is stopped or started for it. The load balancer asks `/healthz`, which asks nobody: when the
table doesn't answer, tasks that are killed for it would come up no better, and what needs no table
would be gone with them.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from botocore.exceptions import BotoCoreError, ClientError
from fastapi.responses import JSONResponse

from app.hub.web.http_service import HubApp
from app.hub.web.listen_settings import READY_PATH

READ_SECONDS = 1.5
"""With one attempt: who asks for readiness wants to know now."""

KEPT_SECONDS = 2.0
RETRY_SECONDS = 5

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
            if self._asked_at is None or time.monotonic() - self._asked_at > KEPT_SECONDS:
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
                headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"},
            )
        return JSONResponse({"service": app.service, "status": "ready"})

    app.add_api_route(READY_PATH, ready, include_in_schema=False)
