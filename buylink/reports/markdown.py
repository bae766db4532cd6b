"""What markdown reports share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def escaped(text: str) -> str:
    """One line that no table or HTML takes for its own."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def table(heading: Sequence[str], rows: Iterable[Sequence[str]], *, figures: int) -> list[str]:
    """A table; its last `figures` columns are to the right."""
    rule = ["---"] * (len(heading) - figures) + ["---:"] * figures
    return [f"| {' | '.join(row)} |" for row in (heading, rule, *rows)]


def folded(summary: str, lines: Iterable[str]) -> list[str]:
    return ["", f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]
