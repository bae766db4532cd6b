"""What can go wrong in the tools, as one tree; each class stands in the module that raises it.

    BuylinkError
    |-- InputError              what somebody gave can't be used: every problem of it at once
    |   |-- SettingsError       a stack's settings, its files or options   settings
    |   |-- UsageError          a load, a usage file                       costs/usage
    |   |-- ModelError          a declared cost model
    |   |-- GraphFileError      a file without a resource graph            graph/files
    |   |   `-- NoPlanError     a file of a preview that failed
    |   `-- PriceError          a price that is needed and missing         costs/prices
    |       `-- RegionError     a region without prices
    |-- PlanError               the program asks what only AWS can answer  preview/monitor
    |-- PackError               the policy pack crashed, hung or balked    preview/pack
    |-- PlanFailedError         no plan, or no verdict                     planning
    `-- PriceListError          an answer of AWS's Price List API          costs/prices

The command ends with exit code 2 for an `InputError`, and with 1 for the others: see `exit_codes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, TypeVar

_Problem = TypeVar("_Problem", bound=object)


class BuylinkError(Exception):
    """The base of all errors here. The message says what was expected, got, why, and what to do."""


class InputError(BuylinkError, Generic[_Problem]):
    """Input that can't be used. `problems` holds all that is wrong with it, a line or more each."""

    def __init__(self, *problems: _Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One thing that is wrong: where it stands and what, got, why, do this."""

    source: str
    """A file, or an option of the command."""
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.source, self.key, self.message) if part)


def nearest(name: str, known: Sequence[str]) -> str:
    """`; did you mean 'users'?`, or what there is."""
    if close := get_close_matches(name, known, n=1, cutoff=0.6):
        return f"; did you mean {close[0]!r}?"
    return f"; there is {', '.join(sorted(known))}" if known else "; it takes no usage"
