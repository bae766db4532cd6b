"""A clock that a test sets."""

from dataclasses import dataclass


@dataclass
class Clock:
    """Monotonic seconds; `clock.now += 5` lets five pass."""

    now: float = 1000.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now
