"""When the tests' guards run."""

import time
from datetime import UTC, datetime, timedelta

NOVEMBER = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
DECEMBER = datetime.fromisoformat("2026-12-01T01:00:00+00:00")
HOUR = timedelta(hours=1)


def now_within_the_month() -> datetime:
    """Now, for a guard whose command runs by the real clock: both must be in one month.

    In a month's last minute it waits for the next one.
    """
    left = timedelta(minutes=1)
    while (now := datetime.now(UTC)).month != (now + left).month:
        time.sleep(1)
    return now
