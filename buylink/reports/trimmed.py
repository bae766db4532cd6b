"""Rich output without the spaces that it fills its boxes with."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def trimmed(console: Console) -> Generator[None]:
    """Writes what is printed inside without trailing spaces: they hinder who copies or compares."""
    with console.capture() as capture:
        yield
    console.file.write("\n".join(line.rstrip() for line in capture.get().split("\n")))
