"""A document as markdown that fits a pull-request comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console

from buylink.reports.document import (
    Block,
    Chart,
    Content,
    Document,
    Figures,
    Fold,
    Heading,
    Items,
    Only,
    Paragraph,
    Part,
    Row,
    Span,
    Table,
    Tree,
    Verbatim,
    for_medium,
    spans,
)
from buylink.reports.phrases import printable

PART: Part = "blocks"

COMMENT: Final = 65_536
"""Characters that GitHub takes in a comment."""
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")


def draw(document: Document, console: Console) -> None:
    """Its longest lists and tables are cut where a comment couldn't hold them."""
    parts = [[f"## {escaped(document.title)}"], *_parts(for_medium(document.blocks, "page"))]
    most = COMMENT
    lines = _joined(parts)
    elsewhere = f"`--format {'csv' if document.records else 'json'}` has all"
    while sum(len(line) + 1 for line in lines) > COMMENT:
        most //= 2
        lines = _joined([within(part, most, elsewhere) for part in parts])
    console.file.write("\n".join(lines) + "\n")


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


def escaped(content: Content) -> str:
    """One line that no table or HTML takes for its own."""
    return "".join(_span(span) for span in spans(content)).strip()


def table(block: Table) -> list[str]:
    """A table's lines; figures are to the right."""
    heading = [escaped(column.heading) for column in block.columns]
    rule = ["---:" if column.holds == "figure" else "---" for column in block.columns]
    rows = [_cells(block, row) for row in block.rows]
    return [f"| {' | '.join(row)} |" for row in (heading, rule, *rows)]


def _cells(block: Table, row: Row) -> list[str]:
    cells = [escaped(cell) for cell in row.cells]
    for line in row.under:
        cells[block.first_text] += f"<br>{escaped(line)}"
    return cells


def _span(span: Span) -> str:
    text = printable(re.sub(r"\s+", " ", span.text)).replace("|", "\\|")
    if not text.strip():
        return text
    if span.tone == "code":
        return "`" + text.replace("`", "'") + "`"
    text = _TAG.sub("&lt;", text).replace("*", "\\*").replace("~", "\\~")
    text = f"**{text}**" if span.tone == "strong" else text
    return f"[{text}]({span.link})" if span.link else text


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        lines += ["", *part] if lines else part
    return lines


def _parts(blocks: Sequence[Block]) -> Iterator[list[str]]:  # noqa: C901 - a case a block
    """The lines of each block; those of a fold one by one, so that each can be cut."""
    for block in blocks:
        match block:
            case Heading(content):
                yield [f"### {escaped(content)}"]
            case Paragraph(content):
                yield [escaped(content)]
            case Verbatim(text):
                fence = "````" if "```" in text else "```"
                yield [fence, *map(printable, text.splitlines()), fence]
            case Items(items):
                yield [
                    line
                    for item in items
                    for line in (
                        f"- {escaped(item.content)}",
                        *(f"  {escaped(content)}" for content in item.under),
                    )
                ]
            case Figures(figures):
                yield [
                    f"- {figure.key}: {'. '.join(escaped(value) for value in figure.values)}"
                    for figure in figures
                ]
            case Table():
                yield table(block)
            case Tree():
                yield list(_tree(block))
            case Fold(title, inner):
                yield from _folded(title, for_medium(inner, "page"))
            case Chart():
                yield from _chart(block)
            case Only():
                raise AssertionError(block)


def _tree(block: Tree, level: int = 0) -> Iterator[str]:
    yield f"{'  ' * level}- {escaped(block.content)}"
    for child in block.children:
        yield from _tree(child, level + 1)


def _folded(title: str, blocks: Sequence[Block]) -> Iterator[list[str]]:
    yield [f"<details><summary>{escaped(title)}</summary>"]
    yield from _parts(blocks)
    yield ["</details>"]


def _chart(block: Chart) -> Iterator[list[str]]:
    """Its table: there is nothing to draw with."""
    if block.table is not None:
        yield from _folded(block.table.name, [block.table])
