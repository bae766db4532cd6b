"""Excerpts of what a command prints, in the documents: their lines are lines of its output."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.goldens import RENEW

EXCERPT = re.compile(r"(?<=```console\n\$ )(buylink [^\n]+)\n(.*?)(?=```)", re.DOTALL)
LEFT_OUT = "..."


def foreign_lines(document: Path, run: Callable[[str], Sequence[str]]) -> list[str]:
    """The lines of a document's excerpts that its commands don't print, renewed where asked for.

    `run` takes a command and returns the lines of its output.
    """
    text = document.read_text("utf-8")
    missing: list[str] = []

    def renewed(excerpt: re.Match[str]) -> str:
        command, shown = excerpt[1], excerpt[2].splitlines()
        printed = run(command)
        if os.environ.get(RENEW):
            shown = [_renewed(line, printed) for line in shown]
        missing.extend(line for line in shown if line not in {*printed, LEFT_OUT})
        return "".join(f"{line}\n" for line in (command, *shown))

    new = EXCERPT.sub(renewed, text)
    assert EXCERPT.search(text), f"{document.name}: expected excerpts, found none"
    if os.environ.get(RENEW):
        document.write_text(new, "utf-8")
    return missing


def _renewed(line: str, printed: Sequence[str]) -> str:
    """The line of the output that is this one but for its figures, or begins so up to the first."""
    if line in printed:
        return line
    for alike in (_without_figures, _up_to_figures):
        for it in printed:
            if alike(it) == alike(line):
                return it
    return line


def _without_figures(line: str) -> str:
    return re.sub(r"[\d$.,]+", "0", line)


def _up_to_figures(line: str) -> str:
    return re.split(r"[\d$]", line)[0]
