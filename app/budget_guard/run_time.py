"""How long a run may take, and what it does with what is left of it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from app.hub.times import now

SPARE = timedelta(seconds=60)
"""Kept for what comes last: videos queued again, and the notice."""


class RunTime:
    """From now on for so many seconds: until they are over no other run begins.

    `patience` is how many of them a restore may wait for services to run.
    """

    def __init__(
        self,
        seconds: float,
        *,
        patience: float = 0,
        clock: Callable[[], datetime] = now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        """Waits between two looks."""
        self.ends = clock() + timedelta(seconds=seconds)
        self._patience = timedelta(seconds=patience)

    def is_over(self) -> bool:
        """Whether only what comes last may still be done."""
        return self.clock() >= self._last

    def waits_until(self) -> datetime:
        """The end of a wait that begins now."""
        return min(self.clock() + self._patience, self._last)

    @property
    def _last(self) -> datetime:
        return self.ends - SPARE
