"""What the business expects of a stack: it travels in the graph, with its root component."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.usage.problems import UsageError, nearest
from buylink.graph import Graph

MOST: Final = 10**10
"""More than there are people, and more than they post."""

_KEYS: Final = {"users": "users", "videosPerDay": "videos_per_day"}


@dataclass(frozen=True, slots=True)
class Load:
    """Active users a month, and videos taken a day."""

    users: int
    videos_per_day: int

    def __str__(self) -> str:
        return f"{self.users:,} users, {self.videos_per_day:,} videos a day"


def load_of(graph: Graph) -> Load | None:
    """The `load` that a component has as input or registered output; None where none has."""
    for resource in graph:
        load = None if resource.custom else resource.get("load")
        if isinstance(load, dict) and set(_KEYS) <= set(load):
            users, videos = load["users"], load["videosPerDay"]
            if isinstance(users, int) and isinstance(videos, int) and min(users, videos) >= 0:
                return Load(users, videos)
    return None


def overridden(load: Load, text: str) -> Load:
    """A load with `users=10000,videosPerDay=500`, or one of them, laid over it.

    Raises UsageError with all that is wrong.
    """
    given: dict[str, int] = {}
    problems: list[str] = []
    for part in text.split(","):
        key, _, figure = (it.strip() for it in part.partition("="))
        number = figure.replace("_", "")
        if key not in _KEYS:
            problems.append(f"--load: expected users or videosPerDay, got {key!r}{_hint(key)}")
        elif _KEYS[key] in given:
            problems.append(f"--load: {key}: expected once, got it twice")
        elif not (number.isascii() and number.isdigit()) or Decimal(number) > MOST:
            problems.append(f"--load: {key}: expected a number from 0 to {MOST:,}, got {figure!r}")
        else:
            given[_KEYS[key]] = int(number)
    if problems:
        raise UsageError(problems)
    return Load(**{**asdict(load), **given})


def _hint(key: str) -> str:
    return nearest(key, tuple(_KEYS)) if key else ""
