"""Golden files, and what a page holds of the tool's own: generated parts, and excerpts of its output.

Each is compared to the letter. `make goldens` renews them all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

RENEW = "BUYLINK_RENEW_GOLDENS"
EXCERPT = re.compile(r"(?<=```console\n\$ )(buylink [^\n]+)\n(.*?)(?=```)", re.DOTALL)
LEFT_OUT = "..."


def assert_golden(path: Path, text: str) -> None:
    """Compares with the file; with BUYLINK_RENEW_GOLDENS set, writes it instead."""
    if os.environ.get(RENEW):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.is_file(), f"{path.name}: expected a golden file, got none: run `make goldens`"
    assert text == path.read_text("utf-8"), f"{path.name} differs: run `make goldens` if it should"


def assert_generated_part(page: Path, name: str, content: str) -> None:
    """The page has `content` between `<!-- generated from NAME -->` and `<!-- end -->`.

    `make goldens` writes it.
    """
    marks = f"<!-- generated from {name} -->\n", "<!-- end -->\n"
    text = page.read_text("utf-8")
    head, begin, rest = text.partition(marks[0])
    _, end, tail = rest.partition(marks[1])
    assert (begin, end) == marks, f"{page.name}: expected a part generated from {name}, found none"
    assert_golden(page, head + begin + content + end + tail)


def table(*rows: tuple[str, ...], figures: tuple[int, ...]) -> str:
    """A table in markdown, the first row its heading; the columns of `figures` to the right."""
    heading, *others = rows
    rule = tuple("--:" if column in figures else "---" for column in range(len(heading)))
    return "".join(
        re.sub(r" +", " ", f"| {' | '.join(row)} |\n") for row in (heading, rule, *others)
    )


def foreign_lines(page: Path, run: Callable[[str], Sequence[str]]) -> list[str]:
    """The lines of a page's excerpts that its commands don't print, renewed where asked for.

    `run` takes a command and returns the lines of its output.
    """
    text = page.read_text("utf-8")
    missing: list[str] = []

    def renewed(excerpt: re.Match[str]) -> str:
        command, shown = excerpt[1], excerpt[2].splitlines()
        printed = run(command)
        if os.environ.get(RENEW):
            shown = [_renewed(line, printed) for line in shown]
        missing.extend(line for line in shown if line not in {*printed, LEFT_OUT})
        return "".join(f"{line}\n" for line in (command, *shown))

    new = EXCERPT.sub(renewed, text)
    assert EXCERPT.search(text), f"{page.name}: expected excerpts, found none"
    if os.environ.get(RENEW):
        page.write_text(new, "utf-8")
    return missing


def _renewed(line: str, printed: Sequence[str]) -> str:
    """The line of the output that is this one but for its figures, or begins so up to the first."""
    if line == LEFT_OUT or line in printed:
        return line
    for normalize in (_without_figures, _up_to_figures):
        for candidate in printed:
            if normalize(candidate) == normalize(line):
                return candidate
    return line


def _without_figures(line: str) -> str:
    return re.sub(r"[\d$.,]+", "0", line)


def _up_to_figures(line: str) -> str:
    return re.split(r"[\d$]", line)[0]
