"""Draws any document in any format: a module of this folder is a format, by its name.

It has a `PART`, which is what it draws of a document, and `draw`; where it takes packages of an
extra, it names that as `EXTRA`, and imports them only when it draws.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
from functools import cache
from typing import Protocol, cast

from rich.console import Console

from buylink.reports.document import Document, Part


class Format(Protocol):
    """A way to draw documents."""

    PART: Part

    def draw(self, document: Document, console: Console) -> None:
        """Writes the document to the console's file."""
        ...


@cache
def formats() -> dict[str, Format]:
    """Every format by its name."""
    return {
        module.name: cast("Format", importlib.import_module(f"{__name__}.{module.name}"))
        for module in pkgutil.iter_modules(__path__)
    }


def extra_of(name: str) -> str | None:
    """The extra without whose packages a format can't draw."""
    return getattr(formats()[name], "EXTRA", None)


def drawn(document: Document, name: str, *, width: int = 100) -> str:
    """A document in a format, as it is where there is no terminal."""
    text = io.StringIO()
    # Rich takes a width at its word only together with a height where TERM is dumb, as in CI.
    console = Console(file=text, width=width, height=50, highlight=False)
    formats()[name].draw(document, console)
    return text.getvalue()
