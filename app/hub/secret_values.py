"""Secrets from Secrets Manager: the current value, and the one before it while keys are rotated."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from app.hub.clients import Client

REFRESH_SECONDS = 6 * 3600
"""Each read is billed: $0.05 for 10,000."""

LOOK_AGAIN_SECONDS = 60
"""Somebody who shows unknown keys can't make us read more often than this."""

_CURRENT, _PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SecretKey:
    """A value and its id, which is no secret: it says which of two keys signed something."""

    id: str
    value: str

    def __repr__(self) -> str:
        return f"SecretKey(id={self.id!r})"


class RotatingSecret:
    """One secret, by its ARN; threads may share it.

    After `aws secretsmanager put-secret-value` the new value is current and the old one is
    accepted still, until the next rotation. Each method raises what boto3 raises as long as no
    value was ever read; later the last ones go on: Secrets Manager's trouble need not be ours.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
    """

    def __init__(
        self, secretsmanager: Client, arn: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = secretsmanager
        self._arn = arn
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: tuple[SecretKey, ...] = ()
        self._read_at = 0.0
        self._tried_at = 0.0

    def current(self) -> SecretKey:
        """What to sign with."""
        return self.accepted()[0]

    def accepted(self) -> tuple[SecretKey, ...]:
        """What to accept: the current one first."""
        return self._fresh(REFRESH_SECONDS)

    def find(self, matches: Callable[[SecretKey], bool]) -> SecretKey | None:
        """The accepted key that matches; looks again when none does, as it may be new."""
        for keys in (self.accepted(), self._fresh(LOOK_AGAIN_SECONDS)):
            for key in keys:
                if matches(key):
                    return key
        return None

    def key(self, key_id: str) -> SecretKey | None:
        """The accepted key of an id; see `find`."""
        return self.find(lambda key: key.id == key_id)

    def _fresh(self, seconds: float) -> tuple[SecretKey, ...]:
        with self._lock:
            now = self._monotonic()
            if not self._keys:
                self._keys = self._read()
                self._read_at = self._tried_at = now
            elif now - self._read_at > seconds and now - self._tried_at > LOOK_AGAIN_SECONDS:
                self._refresh(now)
            return self._keys

    def _refresh(self, now: float) -> None:
        self._tried_at = now
        try:
            self._keys = self._read()
        except (BotoCoreError, ClientError) as error:
            logger.warning("a secret can't be read anew", exc_info=error)
            return
        self._read_at = now

    def _read(self) -> tuple[SecretKey, ...]:
        values = dict.fromkeys(filter(None, (self._stage(_CURRENT), self._stage(_PREVIOUS))))
        return tuple(SecretKey(id=_id(value), value=value) for value in values)

    def _stage(self, stage: str) -> str | None:
        try:
            answer = self._client.get_secret_value(SecretId=self._arn, VersionStage=stage)
        except ClientError as error:
            if (
                stage == _PREVIOUS
                and error.response["Error"]["Code"] == "ResourceNotFoundException"
            ):
                return None
            raise
        return answer["SecretString"]


def _id(value: str) -> str:
    """Eight hex digits: too few to guess 381 random bits by."""
    return hashlib.sha256(value.encode()).hexdigest()[:8]
