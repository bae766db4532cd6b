"""How much a client may ask for: less when the guard brakes, and no writes when it has stopped.

The rate is kept in each task's memory: with n tasks a client may get n times as much. Actions of a
day are counted in the table, and the queue's depth is the queue's: these hold for all tasks.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from app.hub import keys
from app.hub.clients import Client
from app.hub.environment import Settings, whole_number
from app.hub.mode import GuardMode
from app.hub.queue import touch
from app.hub.table import HubTable, Update, When
from app.hub.times import day, epoch, now
from app.hub.web.auth import Principal
from app.hub.web.problems import later

ACTIONS_KEPT = timedelta(days=2)

Result = TypeVar("Result")


def count_action(table: HubTable, client: str, *, most: int, moment: datetime) -> bool:
    """Count an action; False, and nothing is counted, when today's are used up.

    Raises what boto3 raises.
    """
    left = When(expression="attribute_not_exists(#count) OR #count < :most", values={"most": most})
    return table.write_if_so(
        Update(
            key=keys.actions(client, day(moment)),
            expression="SET #expiresAt = :expiresAt ADD #count :one",
            values={"expiresAt": epoch(moment + ACTIONS_KEPT), "one": 1},
            when=left,
        )
    )


BRAKED_SHARE = 5
"""Braked, everything is a fifth."""

MOST_CLIENTS = 10_000
"""Whose rates are remembered; who hasn't asked for longest is forgotten first."""

BURST_SECONDS = 2
QUEUE_CACHE_SECONDS = 10.0
QUEUE_RETRY_SECONDS = 60
STOPPED_RETRY_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Limits(Settings):
    """Requests a second, actions a day, and videos that may wait in the queue."""

    requests_per_second: int = whole_number(
        "REQUESTS_PER_SECOND",
        default=10,
        least=1,
        most=10_000,
        why="a client may ask so often at each task",
    )
    actions_per_day: int = whole_number(
        "ACTIONS_PER_DAY",
        default=500,
        least=1,
        most=1_000_000,
        why="a client may write so often in a day",
    )
    queued_videos: int = whole_number(
        "QUEUED_VIDEOS",
        default=10_000,
        least=1,
        most=1_000_000,
        why="with more videos waiting no new one is taken",
    )

    def braked(self) -> "Limits":
        """A fifth of each, at least one."""
        return Limits(
            requests_per_second=max(1, self.requests_per_second // BRAKED_SHARE),
            actions_per_day=max(1, self.actions_per_day // BRAKED_SHARE),
            queued_videos=max(1, self.queued_videos // BRAKED_SHARE),
        )


class Rates:
    """A token bucket for each client; threads may share it."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, per_second: float) -> float:
        """Take a token: 0.0, or the seconds until there is one."""
        burst = per_second * BURST_SECONDS
        with self._lock:
            now = self._monotonic()
            tokens, at = self._buckets.pop(client, (burst, now))
            tokens = min(burst, tokens + (now - at) * per_second)
            taken = tokens >= 1
            self._buckets[client] = (tokens - 1 if taken else tokens, now)
            if len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / per_second


class Gate:
    """The limits of a service, under the guard's mode; each method raises Problem, or nothing."""

    def __init__(self, limits: Limits, mode: GuardMode, table: HubTable) -> None:
        self._normal = limits
        self._braked = limits.braked()
        self._guard = mode
        self._table = table
        self._rates = Rates()

    @property
    def mode(self) -> GuardMode:
        """The guard's."""
        return self._guard

    def request(self, client: str) -> None:
        """One more request of a client: 429 when they come too fast."""
        limits = self._limits()
        if seconds := self._rates.wait(client, limits.requests_per_second):
            raise later(
                429,
                "too-many-requests",
                f"expected at most {limits.requests_per_second} requests a second, got more: wait",
                seconds=math.ceil(seconds),
            )

    def write(self) -> None:
        """One more write that no day's limit counts: 503 when the stack is stopped."""
        if self._guard.current() == "stopped":
            detail = "expected a hub that takes new things, got one stopped for its cost: try later"
            raise later(503, "stopped", detail, seconds=STOPPED_RETRY_SECONDS)

    def action(self, principal: Principal) -> None:
        """One more write: 429 when the day's are used up, 503 when the stack is stopped."""
        self.write()
        moment, most = now(), self._limits().actions_per_day
        if not count_action(self._table, principal.label, most=most, moment=moment):
            raise later(
                429,
                "too-many-actions",
                f"expected at most {most} writes a day, got more: try again tomorrow (UTC)",
                seconds=_until_tomorrow(moment),
            )

    def intake(self, depth: "QueueDepth") -> None:
        """One more video: 503 when too many wait."""
        most = self._limits().queued_videos
        if depth.current() >= most:
            detail = f"expected fewer than {most} videos waiting, got as many: try later"
            raise later(503, "queue-full", detail, seconds=QUEUE_RETRY_SECONDS)

    def _limits(self) -> Limits:
        return self._normal if self._guard.current() == "normal" else self._braked


class SharedCall(Generic[Result]):
    """Whoever calls while it runs gets the same result, or the same exception.

    With a lock instead they would ask one after the other, and while AWS hangs each would wait for
    all before it.
    """

    def __init__(self, call: Callable[[], Result]) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._running: Future[Result] | None = None

    def __call__(self) -> Result:
        with self._lock:
            running = self._running
            ours = running is None
            if running is None:
                running = self._running = Future()
        if ours:
            self._run(running)
        return running.result()

    def _run(self, running: Future[Result]) -> None:
        try:
            running.set_result(self._call())
        except BaseException as error:  # noqa: BLE001  whoever waits gets it
            running.set_exception(error)
        finally:
            self._running = None


class QueueDepth:
    """How many videos wait, asked at most every ten seconds; raises what boto3 raises."""

    def __init__(
        self, sqs: Client, queue_url: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._monotonic = monotonic
        self._ask = SharedCall(self._asked)
        self._known: tuple[float, int] | None = None

    def current(self) -> int:
        """Those that are visible."""
        known = self._known
        if known is not None and self._monotonic() - known[0] <= QUEUE_CACHE_SECONDS:
            return known[1]
        return self._ask()

    def _asked(self) -> int:
        asked_at = self._monotonic()
        depth = touch(self._sqs, self._queue_url).visible
        self._known = asked_at, depth
        return depth


def _until_tomorrow(moment: datetime) -> int:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return math.ceil((midnight - moment).total_seconds())
