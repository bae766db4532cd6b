"""A document for people, in a terminal or in a log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import table as rich_table
from rich import tree as rich_tree
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

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
    Table,
    Tone,
    Tree,
    Verbatim,
    for_medium,
    spans,
)
from buylink.reports.phrases import printable

PART: Part = "blocks"

NARROW: Final = 90
"""Columns of a screen: on less, what a table's columns have aside stands below."""
_STYLES: Final[dict[Tone, str]] = {
    "strong": "bold",
    "muted": "dim",
    "good": "green",
    "bad": "bold red",
    "warning": "yellow",
}
_STEP: Final = "  "
"""An indentation."""


def draw(document: Document, console: Console) -> None:
    """Without the spaces that Rich fills its boxes with: they hinder who copies or compares."""
    with console.capture() as capture:
        _Screen(console).draw(for_medium(document.blocks, "screen"))
    console.file.write("\n".join(line.rstrip() for line in capture.get().split("\n")))


class _Screen:
    """A blank line stands before each heading, table and tree, but none after a heading."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: Block | None = None

    def draw(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if isinstance(block, Fold):
                self.draw(for_medium(block.blocks, "screen"))
                continue
            if isinstance(block, Chart):
                self.draw([block.table] if block.table else [])
                continue
            begins = isinstance(block, Heading | Table | Tree)
            if begins and self._last is not None and not isinstance(self._last, Heading):
                self._console.print()
            self._draw(block)
            self._last = block

    def _draw(self, block: Block) -> None:  # noqa: C901 - a case a block
        match block:
            case Heading(content):
                self._console.print(_text(content, "strong"))
            case Paragraph(content):
                self._console.print(_text(content))
            case Verbatim(text):
                self._console.print(_indented(_text(text), 1))
            case Items(items):
                for item in items:
                    self._console.print(_indented(_text(item.content), 1))
                    for content in item.under:
                        self._console.print(_indented(_text(content), 3))
            case Figures():
                self._figures(block)
            case Table():
                self._console.print(_table(block, narrow=self._console.width < NARROW))
            case Tree():
                self._console.print(_tree(block), soft_wrap=False)
            case Fold() | Chart() | Only():
                raise AssertionError(block)

    def _figures(self, block: Figures) -> None:
        """An address stays in one piece, however long, so that it can be followed."""
        grid = rich_table.Table.grid(padding=(0, 2))
        width = max(len(figure.key) for figure in block.figures) + len(_STEP) * block.level
        grid.add_column(no_wrap=True, min_width=width)
        grid.add_column(overflow="fold", ratio=1)
        links: list[tuple[str, str]] = []
        for figure in block.figures:
            key = f"{_STEP * block.level}{figure.key}"
            for value in figure.values:
                links += [(key, span.link) for span in spans(value) if span.link]
                if not any(span.link for span in spans(value)):
                    grid.add_row(key, _text(value))
                key = ""
        self._console.print(grid)
        for key, link in links:
            line = Text(f"{key:{width}}  {printable(link)}")
            self._console.print(line, crop=False, no_wrap=True, overflow="ignore")


def _text(content: Content, tone: Tone = "plain") -> Text:
    text = Text(style=_STYLES.get(tone, ""))
    for span in spans(content):
        lines = span.text.expandtabs().splitlines()
        text.append("\n".join(map(printable, lines)), _STYLES.get(span.tone, ""))
    return text


def _indented(content: RenderableType, level: int) -> Padding:
    return Padding(content, (0, 0, 0, len(_STEP) * level), expand=False)


def _table(block: Table, *, narrow: bool) -> rich_table.Table:
    shown = [number for number, column in enumerate(block.columns) if not (narrow and column.aside)]
    table = rich_table.Table(
        box=None, pad_edge=False, header_style="bold", show_header=block.has_heading
    )
    inset = _STEP if block.inset else ""
    for number in shown:
        column = block.columns[number]
        heading = Text(f"{inset if number == shown[0] else ''}{printable(column.heading)}")
        table.add_column(
            heading,
            justify="right" if column.holds == "figure" else "left",
            no_wrap=column.holds != "text",
            overflow="fold",
        )
    for row in block.rows:
        cells = [
            _cell(row, number, inset if number == shown[0] else "")
            for number in shown
            if number < len(row.cells)
        ]
        for line in row.under:
            below = cells[shown.index(block.first_text)]
            below.append("\n").append_text(_text(line, "muted"))
        if narrow and row.narrow:
            cells[0].append(f"\n{_STEP * (row.level + 1)}{printable(row.narrow)}")
        table.add_row(*cells, style=_STYLES.get(row.tone, ""))
    return table


def _cell(row: Row, number: int, inset: str) -> Text:
    before = inset if number else inset + _STEP * row.level
    return Text(before).append_text(_text(row.cells[number]))


def _tree(block: Tree) -> rich_tree.Tree:
    tree = rich_tree.Tree(_text(block.content))
    for child in block.children:
        tree.children.append(_tree(child))
    return tree
