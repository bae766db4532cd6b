"""What the guard has changed, and how it was before: what lets it put everything back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from app.budget_guard.levers.lever import Value

Ours = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Record:
    """One thing that the guard holds: how the program has it, and what the guard sets it to.

    `ours` lists by part each value that the guard set, or meant to when it was killed: a value that
    is neither one of these nor the original was set by somebody else meanwhile.
    """

    original: Value
    ours: Ours = field(default_factory=dict[str, list[Any]])

    def seen(self, now: Value) -> Self:
        """The record once the thing was found set to `now`: what others set is the original now."""
        original = {
            part: self.original.get(part, value) if value in self.ours.get(part, ()) else value
            for part, value in now.items()
        }
        return replace(self, original=original)

    def meaning(self, target: Value) -> Self:
        """The record to keep before the thing is set to `target`."""
        ours = {
            part: [*(it for it in self.ours.get(part, ()) if it != value), value]
            for part, value in target.items()
            if value != self.original[part]
        }
        return replace(self, ours={**self.ours, **ours})

    def settled(self, target: Value) -> Self:
        """The record once the thing is set to `target`."""
        ours = {part: [value] for part, value in target.items() if value != self.original[part]}
        return replace(self, ours=ours)
