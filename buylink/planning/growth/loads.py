"""The loads that growth looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from buylink.costs.usage.load import MOST, Load, UsageError
from buylink.planning.growth.result import SeriesName

STEPS: Final = (100, 1_000, 10_000, 100_000)
"""Users, and videos a day, where nothing else is asked for."""
GOAL: Final = 600
"""USD a month that the largest loads may cost, where nothing else is asked for: half of what the
hub's cost document foresees for 100,000 users."""
MOST_MONTHS: Final = 120
MOST_POINTS: Final = 1000
NOTHING_LEFT: Final = -100
MOST_RATE: Final = 10_000
"""Percent a month."""


@dataclass(frozen=True, slots=True)
class Course:
    """One way to grow, load by load; `months` numbers them where they are months."""

    name: SeriesName
    about: str
    loads: tuple[Load, ...]
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line asks for: lists of figures as text, and growth in percent a month."""

    users: str | None = None
    videos: str | None = None
    rate: Decimal | None = None
    months: int | None = None
    problems: list[str] = field(default_factory=list[str], init=False)

    def courses(self, declared: Load) -> tuple[Course, ...]:
        """Raises UsageError with all that is wrong."""
        users = self._figures("--users", self.users)
        videos = self._figures("--videos", self.videos)
        courses: list[Course] = []
        if self.rate is not None or self.months is not None:
            courses += self._over_months(declared)
        if self.users is not None or self.videos is not None:
            courses += [*_by_users(users, declared), *_by_videos(videos, declared)]
        elif not courses:
            courses += [*_by_users(STEPS, declared), *_by_videos(STEPS, declared)]
            courses += _together(STEPS, declared)
        if self.problems:
            raise UsageError(*self.problems)
        return tuple(courses)

    def _figures(self, option: str, text: str | None) -> list[int]:
        """Of `100,1_000,10k`: rising, each once."""
        parts = [] if text is None else [part.strip() for part in text.split(",")]
        figures: set[int] = set()
        for part in parts:
            number = _figure(part)
            if number is None or not 1 <= number <= MOST:
                expected = f"expected figures from 1 to {MOST:,} such as 100,1k"
                self.problems.append(f"{option}: {expected}, got {part!r}")
            else:
                figures.add(number)
        if len(figures) > MOST_POINTS:
            self.problems.append(f"{option}: expected at most {MOST_POINTS}, got {len(figures)}")
        return sorted(figures)

    def _over_months(self, declared: Load) -> Iterator[Course]:
        rate, months = self.rate, 12 if self.months is None else self.months
        if rate is None:
            self.problems.append("--months: expected a --rate too: it says how much a month adds")
        elif not rate.is_finite() or rate <= NOTHING_LEFT:
            self.problems.append(
                f"--rate: expected more than -100 % a month, got {rate:f}: nothing would be left"
            )
        elif rate > MOST_RATE:
            self.problems.append(f"--rate: expected at most {MOST_RATE:,} % a month, got {rate}")
        if not 1 <= months <= MOST_MONTHS:
            self.problems.append(f"--months: expected 1 to {MOST_MONTHS}, got {months}")
        if declared == Load(0, 0):
            self.problems.append(
                "buylink:load: expected users or videosPerDay, got none of both: nothing grows from"
                " nothing; give a --load"
            )
        if rate is None or self.problems:
            return
        factor = 1 + rate / 100
        loads = tuple(_times(declared, factor**month) for month in range(months + 1))
        if max(loads[-1].users, loads[-1].videos_per_day) > MOST:
            self.problems.append(
                f"--rate: expected growth to at most {MOST:,}, got {loads[-1]} in month {months}"
            )
            return
        about = f"users and videos change by {rate:f} % a month"
        yield Course("months", about, loads, tuple(range(months + 1)))


def _figure(text: str) -> int | None:
    """`1_000`, or `1k` and `1M` for thousands and millions."""
    units = {"k": 1_000, "K": 1_000, "M": 1_000_000}
    plain = text.replace("_", "")
    number, unit = (plain[:-1], units[plain[-1]]) if plain[-1:] in units else (plain, 1)
    return int(number) * unit if number.isascii() and number.isdigit() else None


def _times(load: Load, factor: Decimal) -> Load:
    return Load(round(load.users * factor), round(load.videos_per_day * factor))


def _by_users(users: Sequence[int], declared: Load) -> Iterator[Course]:
    if users:
        about = f"users grow, {declared.videos_per_day:,} videos a day as declared"
        yield Course("users", about, tuple(Load(count, declared.videos_per_day) for count in users))


def _by_videos(videos: Sequence[int], declared: Load) -> Iterator[Course]:
    if videos:
        about = f"videos a day grow, {declared.users:,} users as declared"
        yield Course("videos", about, tuple(Load(declared.users, count) for count in videos))


def _together(users: Sequence[int], declared: Load) -> Iterator[Course]:
    """Videos in the declared proportion to users."""
    if declared.users and declared.videos_per_day:
        share = Decimal(declared.videos_per_day) / declared.users
        about = f"users and videos grow together, {share.normalize():f} videos a day for each user"
        yield Course("together", about, tuple(Load(count, round(count * share)) for count in users))
