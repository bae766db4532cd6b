"""What an output says, before anything is laid out: a document of titled tables, figures and lists.

Each command builds one document from its result, in a module named after the output; `render/`
draws any document in any format. Builders choose, compute and group; renderers only draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Tone = Literal["plain", "strong", "muted", "good", "bad", "warning", "code"]
"""What a piece of text means to the reader; a format shows what it can of it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with a tone, or with the address that it leads to."""

    text: str
    tone: Tone = "plain"
    link: str = ""


Content: TypeAlias = str | Span | tuple[str | Span, ...]
"""Text as it came: a renderer escapes it, and takes out what could steer a terminal."""


def spans(content: Content) -> tuple[Span, ...]:
    """Content as its pieces."""
    pieces = content if isinstance(content, tuple) else (content,)
    return tuple(piece if isinstance(piece, Span) else Span(piece) for piece in pieces)


def plain(content: Content) -> str:
    """Content without its tones."""
    return "".join(span.text for span in spans(content))


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of a document."""

    content: Content


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more."""

    content: Content


@dataclass(frozen=True, slots=True)
class Verbatim:
    """What a program wrote, line by line."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list, and what stands under it."""

    content: Content
    under: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list of notes."""

    items: tuple[Item, ...]

    @classmethod
    def of(cls, *contents: Content) -> Items:
        """One without anything under its entries."""
        return cls(tuple(Item(content) for content in contents))


@dataclass(frozen=True, slots=True)
class Figure:
    """A key and its value; further values stand under the first."""

    key: str
    values: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Keys beside their values. `level` is how far they are indented on a screen."""

    figures: tuple[Figure, ...]
    level: int = 1

    @classmethod
    def of(cls, *pairs: tuple[str, Content], level: int = 1) -> Figures:
        """One value a key."""
        return cls(tuple(Figure(key, (value,)) for key, value in pairs), level)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and what its cells hold.

    `text` may be broken where there is no room, a `word` and a `figure` never are; figures stand to
    the right. One that is `aside` is left out on a narrow screen, where `Row.narrow` says it.
    """

    heading: str
    holds: Literal["text", "word", "figure"] = "text"
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells, in the order of the columns; a row may leave the last ones out.

    `level` is how deep it stands in a table of groups; `under` are lines below its first text.
    """

    cells: tuple[Content, ...]
    level: int = 0
    tone: Tone = "plain"
    under: tuple[Content, ...] = ()
    narrow: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name of its own; `inset` ones are indented on a screen."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    has_heading: bool = True
    inset: bool = False

    @property
    def first_text(self) -> int:
        """The column that what stands under a row stands in."""
        texts = (number for number, each in enumerate(self.columns) if each.holds == "text")
        return next(texts, 0)


def figures(*headings: str) -> tuple[Column, ...]:
    """Columns of figures."""
    return tuple(Column(heading, "figure") for heading in headings)


def texts(*headings: str) -> tuple[Column, ...]:
    """Columns of text."""
    return tuple(Column(heading) for heading in headings)


def rows(cells: Sequence[Sequence[Content]]) -> tuple[Row, ...]:
    """Plain rows of cells."""
    return tuple(Row(tuple(row)) for row in cells)


@dataclass(frozen=True, slots=True)
class Tree:
    """A node and those below it."""

    content: Content
    children: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a chart: what it is called or counted as, and the amount there.

    `low` and `high` are the ends of its range. A `pale` one can't be had; `mark` says what the
    point is past.
    """

    at: str | int
    typical: float
    low: float | None = None
    high: float | None = None
    tone: Tone = "plain"
    pale: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each point, the first at the top; `per` says what an amount of one is."""

    points: tuple[Point, ...]
    per: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in a line, with a band where they have ranges."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves over one axis, named `across`; `marked` names what the marks of points are."""

    across: str
    curves: tuple[Curve, ...]
    marked: str = ""
    categories: bool = False
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A place that something flows through; `kind` says which sort."""

    id: str
    kind: str
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class FlowLink:
    """What flows from a node to another."""

    source: str
    target: str
    value: float
    amount: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Amounts that flow from node to node; `whole` is what flows in all."""

    nodes: tuple[FlowNode, ...]
    links: tuple[FlowLink, ...]
    whole: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, for formats that can draw; `about` says in words what it shows.

    `table` has its figures, where no other table of the document does.
    """

    id: str
    about: str
    drawing: Bars | Curves | Flow
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Fold:
    """What only some readers want: opened on demand, where a format can."""

    title: str
    blocks: tuple[Block, ...]


Medium = Literal["screen", "page"]
"""A screen shows its end first and folds nothing; a page shows its beginning."""


@dataclass(frozen=True, slots=True)
class Only:
    """Blocks for one medium: what is best last on a screen is best first on a page."""

    medium: Medium
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Heading | Paragraph | Verbatim | Items | Figures | Table | Tree | Chart | Fold | Only
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure that a reader should see first, what it is, and what else belongs to it."""

    name: str
    figure: str
    about: str
    good: bool | None = None
    """None where it's neither."""


@dataclass(frozen=True, slots=True)
class Records:
    """Rows for machines, all columns of each: empty where an amount isn't known, never 0."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Json = dict[str, Any]
"""An object of a command's JSON: texts, numbers, lists and further objects, by key."""

Part = Literal["blocks", "data", "records", "flow"]
"""What a format draws of a document."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """An output: `blocks` for people, `data` and `records` for machines.

    `id` and `topic` name it where it is one section of a report, `title` where it stands alone.
    `data` is an interface: stable keys, decimals as text, a `version`.
    """

    id: str
    title: Content
    blocks: tuple[Block, ...]
    topic: str = ""
    headlines: tuple[Headline, ...] = ()
    data: Json | None = None
    records: Records | None = None
    flow: Flow | None = None

    @property
    def parts(self) -> set[Part]:
        """What formats can draw of it."""
        parts: dict[Part, object] = {
            "blocks": self.blocks,
            "data": self.data,
            "records": self.records,
            "flow": self.flow,
        }
        return {part for part, value in parts.items() if value}


@dataclass(frozen=True, kw_only=True)
class Report:
    """Documents on one page, each a section of it; its own headlines come before theirs."""

    title: str
    subtitle: str
    documents: tuple[Document, ...]
    headlines: tuple[Headline, ...] = ()


def for_medium(blocks: Sequence[Block], medium: Medium) -> list[Block]:
    """The blocks of a medium, in their order."""
    chosen: list[Block] = []
    for block in blocks:
        if not isinstance(block, Only):
            chosen.append(block)
        elif block.medium == medium:
            chosen += for_medium(block.blocks, medium)
    return chosen
