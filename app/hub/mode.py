"""The guard's word on how far the stack may go, read from its one item with a short cache.

The item is the guard's: see `app.budget_guard.state`.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Literal, TypeAlias, cast, get_args

from botocore.exceptions import BotoCoreError, ClientError

from app.hub.clients import Client

Mode: TypeAlias = Literal["normal", "braked", "stopped"]

CACHE_SECONDS = 15.0

_WORDS = get_args(Mode)

logger = logging.getLogger(__name__)


class GuardMode:
    """Through a boto3 DynamoDB client; threads may share it.

    Before the guard's first word, and where it can't be read at first, the mode is normal; later
    the last word that was read goes on: a table that doesn't answer is no reason to stop.
    """

    def __init__(
        self,
        dynamodb: Client,
        *,
        table: str,
        stack: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._stack = stack
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._mode: Mode = "normal"
        self._read_at: float | None = None

    def cached(self) -> Mode | None:
        """What `current` would say without asking; None when it would ask."""
        age = None if self._read_at is None else self._monotonic() - self._read_at
        return None if age is None or age >= CACHE_SECONDS else self._mode

    def current(self) -> Mode:
        """At most 15 seconds old; one thread asks, the others go on with the last word."""
        if (cached := self.cached()) is not None:
            return cached
        if self._lock.acquire(blocking=self._read_at is None):
            self._renew()
        return self._mode

    def latest(self) -> Mode | None:
        """The last word, at once; another is read meanwhile when it is old. None: none was read."""
        if self._read_at is None:
            return None
        if self.cached() is None and self._lock.acquire(blocking=False):
            threading.Thread(target=self._renew, daemon=True).start()
        return self._mode

    def _renew(self) -> None:
        """With the lock held; gives it back."""
        try:
            if self.cached() is None:
                self._mode = self._read()
                self._read_at = self._monotonic()
        finally:
            self._lock.release()

    def _read(self) -> Mode:
        try:
            answer = self._dynamodb.get_item(
                TableName=self._table,
                Key={"stack": {"S": self._stack}},
                ProjectionExpression="#mode",
                ExpressionAttributeNames={"#mode": "mode"},
            )
        except (BotoCoreError, ClientError) as error:
            logger.warning("the guard's mode can't be read", exc_info=error)
            return self._mode
        word = answer.get("Item", {}).get("mode", {}).get("S", "normal")
        if word in _WORDS:
            return cast("Mode", word)
        logger.warning("mode: expected one of %s, got another word: it is ignored", _WORDS)
        return self._mode
