"""The command's exit codes: an interface, documented in docs/reference/commands.md."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    FINE = 0
    FAILED = 1
    """The program or the policy pack failed: there is no verdict."""
    WRONG_USAGE = 2
    """Wrong usage or settings; nothing was started."""
    REFUSED = 3
    """A mandatory policy was violated, or could not decide."""
    CHECK_FAILED = 4
    """A check asked for on the command line failed."""


PRECEDENCE = (ExitCode.WRONG_USAGE, ExitCode.FAILED, ExitCode.REFUSED, ExitCode.CHECK_FAILED)


def first_of(codes: Iterable[ExitCode]) -> ExitCode:
    """The code of several stacks: the first of 2, 1, 3 and 4 that occurred, else 0."""
    occurred = set(codes)
    return next((code for code in PRECEDENCE if code in occurred), ExitCode.FINE)
