"""Clicks, counted in memory and written to the table about once a second.

What couldn't be written is sent again as it was, with the token it had: DynamoDB does a transaction
once that comes again within ten minutes. Until then new clicks only raise counts, one for each link
and day, so that memory stays bounded by the links that are clicked.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TypeAlias
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from app.hub import stats
from app.hub.metrics import Metrics
from app.hub.structured_log import fields
from app.hub.table import MOST_WRITES, ContendedError, HubTable, Update
from app.hub.times import day

EVERY_SECONDS = 1.0
JITTER_SECONDS = 0.3
"""Two tasks that met at a link must not meet at it again and again."""

LAST_SECONDS = 10.0
"""To write the last ones in: drain, finishing and this must fit into ECS's 120 seconds to stop."""

_DAY_SECONDS = 86400

_Clicked: TypeAlias = tuple[str, str, int]
"""Creator, link, and days since 1970."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Batch:
    token: str
    writes: tuple[Update, ...]
    clicks: int


class Clicks:
    """For one event loop. `run` writes until it is cancelled, `close` writes what is left."""

    def __init__(self, table: HubTable, metrics: Metrics) -> None:
        self._table = table
        self._metrics = metrics
        self._counts: Counter[_Clicked] = Counter()
        self._unsent: list[_Batch] = []
        self._sending = asyncio.Lock()
        # Of its own: while the table hangs, those who look up take all other threads.
        self._thread = ThreadPoolExecutor(1, "clicks")

    def count(self, creator_id: str, link_id: str) -> None:
        """One more."""
        self._counts[creator_id, link_id, int(time.time()) // _DAY_SECONDS] += 1

    async def run(self) -> None:
        """Write about each second."""
        while True:
            started = time.monotonic()
            await self._flush()
            pause = EVERY_SECONDS - _jitter()
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - started)))

    async def close(self, seconds: float = LAST_SECONDS) -> None:
        """Write what is left, for so long; what can't be written is lost, and the log says so."""
        deadline = time.monotonic() + seconds
        while True:
            if await self._flush() or time.monotonic() > deadline:
                break
            await asyncio.sleep(_jitter())
        if lost := self._counts.total() + sum(batch.clicks for batch in self._unsent):
            logger.error("clicks lost", extra=fields(clicks=lost))

    async def _flush(self) -> bool:
        """Whether nothing is left."""
        # Shielded: a batch in flight when `run` is cancelled is waited for, not sent again.
        return await asyncio.shield(asyncio.ensure_future(self._send()))

    async def _send(self) -> bool:
        async with self._sending:
            if not self._unsent:
                counts, self._counts = self._counts, Counter()
                self._unsent = list(_batches(counts))
            if self._unsent:
                loop = asyncio.get_running_loop()
                self._unsent = await loop.run_in_executor(self._thread, self._write, self._unsent)
            return not self._unsent and not self._counts

    def _write(self, batches: list[_Batch]) -> list[_Batch]:
        """Return those that have to be sent again."""
        contended: list[_Batch] = []
        for place, batch in enumerate(batches):
            try:
                self._table.write_all(batch.writes, token=batch.token)
            except ContendedError:
                contended.append(batch)
            except (BotoCoreError, ClientError) as error:
                # The others would wait as long for the same.
                left = contended + batches[place:]
                clicks = sum(unsent.clicks for unsent in left)
                logger.warning("clicks wait", exc_info=error, extra=fields(clicks=clicks))
                return left
            else:
                self._metrics.count("ClicksCounted", batch.clicks)
        return contended


def _jitter() -> float:
    return random.uniform(0, JITTER_SECONDS)  # noqa: S311  no secret


def _batches(counts: Counter[_Clicked]) -> Iterable[_Batch]:
    left = iter(counts.items())
    while some := list(islice(left, MOST_WRITES)):
        yield _Batch(
            token=str(uuid4()),
            writes=tuple(
                stats.add_clicks(creator_id, _day(days), link_id, number)
                for (creator_id, link_id, days), number in some
            ),
            clicks=sum(number for _, number in some),
        )


def _day(days: int) -> str:
    return day(datetime.fromtimestamp(days * _DAY_SECONDS, UTC))
