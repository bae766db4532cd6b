"""What markdown reports share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def escaped(text: str) -> str:
    """One line that no table or HTML takes for its own."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


COMMENT = 65_536
"""Characters that GitHub takes in a comment."""


def within(lines: Sequence[str], most: int, elsewhere: str) -> list[str]:
    """The lines that `most` characters hold; then how many more there are, and where."""
    kept = 0
    for line in lines:
        most -= len(line) + 1
        if most < 0:
            break
        kept += 1
    more = len(lines) - kept
    return [*lines[:kept], *(["", f"{more:,} more lines: {elsewhere}"] if more else [])]


def table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, figures: int) -> list[str]:
    """A table; its last `figures` columns are to the right."""
    rule = ["---"] * (len(heading) - figures) + ["---:"] * figures
    return [f"| {' | '.join(row)} |" for row in (heading, rule, *rows)]


def folded(summary: str, lines: Iterable[str]) -> list[str]:
    return ["", f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]
