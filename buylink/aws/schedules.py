"""AWS's `rate(...)` and `cron(...)` expressions: what is one, and when it fires.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

MINUTES_A_WEEK: Final = 7 * 24 * 60
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \S+\)")
_PER_DAY: Final = {"minute": Decimal(24 * 60), "hour": Decimal(24), "day": Decimal(1)}
_PART: Final = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def is_schedule(expression: str) -> bool:
    """Whether EventBridge Scheduler takes it."""
    if rate := RATE.fullmatch(expression):
        return int(rate[1]) > 0
    return _CRON.fullmatch(expression) is not None


def runs_in(days: Decimal, expression: str) -> Decimal | None:
    """How often an expression fires in so many days; None where weeks differ, or it isn't one."""
    if rate := RATE.fullmatch(expression.strip()):
        return _PER_DAY[rate[2]] / int(rate[1]) * days if int(rate[1]) else None
    week = minutes_of_week(expression)
    return None if week is None else len(week) * days / 7


def minutes_of_week(expression: str) -> list[int] | None:
    """The minutes since Sunday 0:00 at which a cron fires; None for one that weeks differ in."""
    cron = _CRON.fullmatch(expression.strip())
    if cron is None or cron[4] != "*" or cron[3] not in ("*", "?"):
        return None
    minutes, hours = _values(cron[1], range(60)), _values(cron[2], range(24))
    days = _values("*" if cron[5] == "?" else cron[5], range(1, 8), _DAYS)
    if minutes is None or hours is None or days is None:
        return None
    return sorted(
        ((day - 1) * 24 + hour) * 60 + minute
        for day in days
        for hour in hours
        for minute in minutes
    )


def _values(field: str, known: range, names: Sequence[str] = ()) -> set[int] | None:
    """What a field stands for: `*`, `1,2`, `MON-FRI`, `0/15`; None where it is something else."""
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        first = known[0] if match[1] else _number(match[2], known, names)
        last = _number(match[3], known, names) if match[3] else None
        step = int(match[4]) if match[4] else 1
        if first is None or step == 0 or (match[3] and last is None):
            return None
        if last is None:
            last = known[-1] if match[1] or match[4] else first
        values |= set(range(first, last + 1, step))
    return values or None


def _number(text: str, known: range, names: Sequence[str]) -> int | None:
    if text.upper() in names:
        return known[names.index(text.upper())]
    return int(text) if text.isdecimal() and int(text) in known else None
