"""Moments as the hub writes them: ISO 8601 in UTC, to the second, such as 2026-11-25T19:46:54Z.

And how long a function may go on.
"""

from datetime import UTC, datetime
from typing import Protocol

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """As text that sorts by time."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def read_stamp(text: str) -> datetime:
    """Back from text. Raises ValueError for any other."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def day(moment: datetime) -> str:
    """The UTC day, such as 2026-11-25."""
    return stamp(moment)[:10]


def epoch(moment: datetime) -> int:
    """Seconds since 1970, as DynamoDB's time to live takes them."""
    return int(moment.timestamp())


def period_of(moment: datetime) -> str:
    """The UTC month, such as 2026-11."""
    return stamp(moment)[:7]


class LambdaContext(Protocol):
    """What Lambda says of a run."""

    def get_remaining_time_in_millis(self) -> int:
        """Until it is ended."""
        ...
