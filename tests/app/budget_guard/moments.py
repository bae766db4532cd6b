"""When the tests' guards run."""

from datetime import datetime, timedelta

NOVEMBER = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
DECEMBER = datetime.fromisoformat("2026-12-01T01:00:00+00:00")
HOUR = timedelta(hours=1)
