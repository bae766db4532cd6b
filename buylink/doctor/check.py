"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Need = Literal["preview", "deploy"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, what needs it, and the next step where it is lacking."""

    name: str
    fine: bool
    detail: str
    needed_for: Need
    next_step: str = ""

    @classmethod
    def ok(cls, name: str, detail: str, needed_for: Need) -> Check:
        """Something that is as it should be."""
        return cls(name, fine=True, detail=detail, needed_for=needed_for)

    @classmethod
    def lacking(cls, name: str, detail: str, needed_for: Need, next_step: str) -> Check:
        """Something that is missing or wrong."""
        return cls(name, fine=False, detail=detail, needed_for=needed_for, next_step=next_step)
