"""What the business expects of a stack: it travels in the graph, with its root component."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.errors import InputError, nearest
from buylink.graph import Graph

MOST: Final = 10**10
"""More than there are people, and more than they post."""

_KEYS: Final = {"users": "users", "videosPerDay": "videos_per_day"}


class UsageError(InputError[str]):
    """A load or a usage file that can't be used."""


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


@dataclass(frozen=True, slots=True)
class LoadOverride:
    """What is taken instead of what a stack declares: one figure of its load, or both."""

    users: int | None = None
    videos_per_day: int | None = None

    @classmethod
    def parse(cls, text: str) -> LoadOverride:
        """Of `users=10000,videosPerDay=500`. Raises UsageError with all that is wrong."""
        figures: dict[str, int] = {}
        problems: list[str] = []
        for entry in text.split(","):
            key, _, figure = (part.strip() for part in entry.partition("="))
            number = figure.replace("_", "")
            if key not in _KEYS:
                hint = nearest(key, tuple(_KEYS)) if key else ""
                problems.append(f"--load: expected users or videosPerDay, got {key!r}{hint}")
            elif _KEYS[key] in figures:
                problems.append(f"--load: {key}: expected once, got it twice")
            elif not (number.isascii() and number.isdigit()) or Decimal(number) > MOST:
                expected = f"expected a number from 0 to {MOST:,}"
                problems.append(f"--load: {key}: {expected}, got {figure!r}")
            else:
                figures[_KEYS[key]] = int(number)
        if problems:
            raise UsageError(*problems)
        return cls(**figures)

    def applied_to(self, load: Load) -> Load:
        return Load(
            users=load.users if self.users is None else self.users,
            videos_per_day=(
                load.videos_per_day if self.videos_per_day is None else self.videos_per_day
            ),
        )
