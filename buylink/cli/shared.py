"""What the commands have in common: options, where output goes, and how errors end."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from buylink.errors import InputProblem
from buylink.exit_codes import ExitCode
from buylink.settings import SettingsError

if TYPE_CHECKING:
    from buylink.models.model import Model

Project = Annotated[
    Path | None,
    typer.Option("--cwd", "-C", help="The project's folder, when it isn't this one or above it."),
]
Config = Annotated[
    list[str] | None,
    typer.Option(
        "--config",
        "-c",
        metavar="KEY=VALUE",
        help="Lay a setting over the stack files, e.g. buylink:network.natGateways=none.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file, not to the screen.")]
Region = Annotated[str | None, typer.Option(help="Price it as if it were in this region.")]
LoadText = Annotated[
    str | None,
    typer.Option("--load", metavar="users=N,videosPerDay=N", help="Another load, or part of one."),
]
SOURCE_HELP = (
    "A stack, git:REVISION:STACK, or a file of `pulumi preview --json` or"
    " `pulumi stack export`; - reads it from a pipe."
)
SOURCE_OR_MODEL = f"{SOURCE_HELP} Or a declared cost model, MODEL.yaml."
UsagePath = Annotated[
    Path | None, typer.Option("--usage", help="Usage by resource, in infracost's format.")
]


def fail(code: ExitCode, problems: Iterable[object]) -> NoReturn:
    """Says what is wrong, all of it, and ends the command."""
    from buylink.reports.wording import printable

    for line in (line for problem in problems for line in str(problem).splitlines()):
        typer.echo(printable(line.expandtabs()), err=True)
    raise typer.Exit(code)


@contextmanager
def settings_errors() -> Generator[None]:
    """Wrong settings end the command with all that is wrong with them."""
    try:
        yield
    except SettingsError as error:
        fail(ExitCode.WRONG_USAGE, error.problems)


@contextmanager
def costs_errors() -> Generator[None]:
    """So do a missing price, a usage that doesn't fit, and a file that holds no graph."""
    from buylink.costs.prices.book import PriceError
    from buylink.costs.usage.load import UsageError
    from buylink.graph.files import GraphFileError

    try:
        yield
    except (GraphFileError, PriceError, UsageError) as error:
        fail(ExitCode.WRONG_USAGE, [error])


@contextmanager
def model_errors() -> Generator[None]:
    """And so does a declared cost model that can't be used, with all that is wrong with it."""
    from buylink.models.model import ModelError

    try:
        yield
    except ModelError as error:
        fail(ExitCode.WRONG_USAGE, error.problems)


MODELS = (".yaml", ".yml")


def is_model(source: str) -> bool:
    """Whether a source is a declared cost model, told by its name."""
    return source.endswith(MODELS)


def model_at(source: str, options: Mapping[str, object]) -> Model:
    """The model of a file; options of stacks, by name, that are given end the command.

    Raises ModelError.
    """
    from buylink.models.loading import load

    given = [name for name, value in options.items() if value]
    if given:
        told = "expected a stack to apply it to, got a declared model"
        fail(ExitCode.WRONG_USAGE, [f"{name}: {told}" for name in given])
    return load(Path(source))


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
