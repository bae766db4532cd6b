"""A progress bar on the error stream while stacks are worked on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


@contextmanager
def progress(total: int, what: str) -> Generator[tuple[Callable[[], None], Callable[[], None]]]:
    """Two functions: `started`, from which on threads are allowed, and `advance` by one.

    Nothing is shown where the error stream is not a terminal.
    """
    console = Console(stderr=True)
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task(what, total=total)
    try:
        yield bar.start, lambda: bar.advance(task)
    finally:
        bar.stop()
