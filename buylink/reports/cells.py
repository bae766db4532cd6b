"""A table as cells of text, for whatever lays it out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cells:
    """A table: its name, its heading, its rows; the last `figures` columns are figures."""

    name: str
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: int
