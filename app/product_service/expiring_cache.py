"""Values by key, kept for a while, each looked up once at a time."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from app.hub.web.problems import RETRY_SECONDS, Problem, later

LONGEST_WAIT_SECONDS = 5.0
MOST_LOOK_UPS = 1000

Value = TypeVar("Value")
_Entry: TypeAlias = tuple[float, Value | None]
"""Until when it is good, and the value; None: there is none."""


class ExpiringCache(Generic[Value]):
    """For one event loop; `look_up` runs in a thread, and what it raises is raised and not kept.

    While look-ups hang nobody waits longer than a few seconds, and when too many hang nobody waits:
    that is answered 503.

    Of values, and of keys that have none, `most` each are kept, so that whoever asks for what
    doesn't exist displaces nothing that does.
    """

    def __init__(
        self,
        look_up: Callable[[str], Value | None],
        *,
        seconds: float,
        absent_seconds: float,
        most: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look_up = look_up
        self._seconds = seconds
        self._absent_seconds = absent_seconds
        self._most = most
        self._monotonic = monotonic
        self._present: dict[str, _Entry[Value]] = {}
        self._absent: dict[str, _Entry[Value]] = {}
        self._running: dict[str, asyncio.Future[Value | None]] = {}

    async def get(self, key: str) -> Value | None:
        """Suspends only when it has to look up."""
        entry = self._present.get(key) or self._absent.get(key)
        if entry is not None and entry[0] > self._monotonic():
            return entry[1]
        running = self._running.get(key)
        if running is None:
            if len(self._running) >= MOST_LOOK_UPS:
                raise _busy()
            running = self._begin(key)
        # Shielded: whoever goes away must not take it from the others who wait.
        try:
            return await asyncio.wait_for(asyncio.shield(running), LONGEST_WAIT_SECONDS)
        except TimeoutError:
            raise _busy() from None

    def forget(self, key: str) -> None:
        """Look it up anew the next time; may be called from any thread."""
        self._present.pop(key, None)
        self._absent.pop(key, None)

    def _begin(self, key: str) -> asyncio.Future[Value | None]:
        running = asyncio.ensure_future(asyncio.to_thread(self._look_up, key))
        self._running[key] = running
        running.add_done_callback(lambda done: self._end(key, done))
        return running

    def _end(self, key: str, done: asyncio.Future[Value | None]) -> None:
        del self._running[key]
        if done.cancelled() or done.exception() is not None:
            return
        self.forget(key)
        value = done.result()
        seconds = self._absent_seconds if value is None else self._seconds
        kept = self._absent if value is None else self._present
        if len(kept) >= self._most:
            kept.pop(next(iter(kept)), None)
        kept[key] = (self._monotonic() + seconds, value)


def _busy() -> Problem:
    detail = "expected the table to answer soon, got no answer: try again in a moment"
    return later(503, "unavailable", detail, seconds=RETRY_SECONDS)
