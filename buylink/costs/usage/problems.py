"""What is wrong with stated usage: all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class UsageError(Exception):
    """A load or a usage file that can't be used. One line for each problem: what, got, do this."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def nearest(name: str, known: Sequence[str]) -> str:
    """`; did you mean 'users'?`, or what there is."""
    if close := get_close_matches(name, known, n=1, cutoff=0.6):
        return f"; did you mean {close[0]!r}?"
    return f"; there is {', '.join(sorted(known))}" if known else "; it takes no usage"
