"""Parts of a page that are made: between `<!-- made of NAME -->` and `<!-- end -->`."""

from __future__ import annotations

import re
from pathlib import Path

from tests.goldens import assert_golden


def assert_made_part(page: Path, name: str, content: str) -> None:
    """The page has `content` as its part of that name; `make goldens` writes it."""
    marks = f"<!-- made of {name} -->\n", "<!-- end -->\n"
    text = page.read_text("utf-8")
    head, begin, rest = text.partition(marks[0])
    _, end, tail = rest.partition(marks[1])
    assert (begin, end) == marks, f"{page.name}: expected a part made of {name}, found none"
    assert_golden(page, head + begin + content + end + tail)


def table(*rows: tuple[str, ...], figures: tuple[int, ...]) -> str:
    """A table in markdown, the first row its heading; the columns of `figures` to the right."""
    heading, *others = rows
    rule = tuple("--:" if column in figures else "---" for column in range(len(heading)))
    return "".join(
        re.sub(r" +", " ", f"| {' | '.join(row)} |\n") for row in (heading, rule, *others)
    )
