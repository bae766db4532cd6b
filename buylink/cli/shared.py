"""What the commands have in common: their options, and how errors of the parts end them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from buylink.cli.output import fail
from buylink.errors import InputError
from buylink.exit_codes import ExitCode

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
def input_errors() -> Generator[None]:
    """Settings, a load, a file or a model that can't be used ends the command, with all of it."""
    try:
        yield
    except InputError as error:
        fail(ExitCode.WRONG_USAGE, error.problems)
