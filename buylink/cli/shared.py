"""What the commands have in common: their options, and how errors of the parts end them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from buylink.cli.output import fail
from buylink.exit_codes import ExitCode
from buylink.settings import SettingsError

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
        help="Override a setting of the stack files, e.g. buylink:network.natGateways=none.",
    ),
]
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
