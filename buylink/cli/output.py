"""What a command writes, where and in which format; its progress; how it ends if it can't go on."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any, NoReturn

import typer
from rich.console import Console

from buylink.errors import InputProblem
from buylink.exit_codes import ExitCode
from buylink.extras import require
from buylink.reports.document import Document, Part, Report
from buylink.reports.render import extra_of, formats

Out = Annotated[Path | None, typer.Option("--out", help="Write to this file, not to the screen.")]


def format_of(*parts: Part, first: str = "text") -> Any:
    """The option `--format`: every format that draws one of these parts of a document.

    What it returns, Typer alone knows.
    """
    names = sorted(name for name, each in formats().items() if each.PART in parts)
    choices = [first, *(name for name in names if name != first)]

    def chosen(name: str) -> str:
        if name not in choices:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, choices))}.")
        return name

    metavar = f"<{'|'.join(choices)}>"
    return typer.Option("--format", metavar=metavar, parser=chosen, help="How it is written.")


@contextmanager
def output(out: Path | None, output_format: str) -> Generator[Callable[[Document], None]]:
    """Draws documents where output goes. MissingExtraError before anything starts."""
    if extra_of(output_format) == "report":
        require("report")
    with destination(out) as console:
        yield lambda document: formats()[output_format].draw(document, console)


@contextmanager
def report_output(out: Path) -> Generator[Callable[[Report], None]]:
    """The same for a report, which is a page of HTML."""
    require("report")
    with destination(out) as console:
        from buylink.reports.render import html

        yield lambda report: print(html.page(report), file=console.file)


def fail(code: ExitCode, problems: Iterable[object]) -> NoReturn:
    """Says what is wrong, all of it, and ends the command."""
    from buylink.reports.phrases import printable

    for line in (line for problem in problems for line in str(problem).splitlines()):
        typer.echo(printable(line.expandtabs()), err=True)
    raise typer.Exit(code)


@contextmanager
def destination(out: Path | None) -> Generator[Console]:
    """Where output goes; a file that can't be written is found before anything starts."""
    if out is None:
        yield console_for(None)
        return
    text = io.StringIO()
    try:
        new = not out.exists()
        out.open("a").close()
    except OSError as error:
        fail(ExitCode.WRONG_USAGE, [_unwritten(out, error)])
    try:
        yield console_for(text)
    except BaseException:
        if new:
            out.unlink()
        raise
    try:
        # Only now: a command that is broken off leaves the file as it was.
        out.write_text(text.getvalue(), "utf-8", errors="backslashreplace")
    except OSError as error:
        fail(ExitCode.WRONG_USAGE, [_unwritten(out, error)])


def _unwritten(out: Path, error: OSError) -> InputProblem:
    return InputProblem("--out", str(out), f"expected a file to write, got: {error.strerror}")


def console_for(file: IO[str] | None) -> Console:
    """Plain and 100 columns wide where nobody's terminal says otherwise."""
    console = Console(file=file, highlight=False)
    if console.is_terminal:
        return console
    # Rich takes a width at its word only together with a height where TERM is dumb, as in CI.
    return Console(file=file, highlight=False, width=100, height=50)


@contextmanager
def progress(total: int, what: str) -> Generator[tuple[Callable[[], None], Callable[[], None]]]:
    """Two functions: `started`, from which on threads are allowed, and `advance` by one.

    Nothing is shown where the error stream is not a terminal.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

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
