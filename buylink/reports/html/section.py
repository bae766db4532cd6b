"""What a page is made of: sections with words, charts, and the tables of what the charts show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from buylink.reports.cells import Cells


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure of Plotly's: `data` and `layout`. Colours are names of the page's own, `--series-1`.

    `about` says in words what it shows, for those who don't see it.
    """

    id: str
    about: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    height: int = 360
    """Pixels."""
    least_width: int = 0
    """Pixels: on less, the reader scrolls sideways within the figure."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page. `lines` are paragraphs; `tables` hold every figure of the charts, and
    `folded` are further ones that open on demand."""

    id: str
    title: str
    lines: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Cells, ...] = ()
    folded: tuple[Cells, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A figure that a reader should see first, what it is, and what else belongs to it."""

    name: str
    figure: str
    about: str
    good: bool | None = None
    """None where it's neither."""
