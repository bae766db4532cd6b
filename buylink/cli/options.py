"""`buylink options`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.replanning import replanner
from buylink.cli.shared import Config, LoadText, Out, Project, destination

if TYPE_CHECKING:
    from rich.console import Console

    from buylink.planning.options.result import Options


class OptionsFormat(StrEnum):
    """What options are written as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def options(
    stack: Annotated[str, typer.Argument(help="The stack that shall be cheaper.")],
    config: Config = None,
    load: LoadText = None,
    output_format: Annotated[OptionsFormat, typer.Option("--format")] = OptionsFormat.TEXT,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what would make a stack cheaper, or dearer: each change really previewed and priced."""
    from buylink.planning.options.options import options as find

    with destination(out) as console, replanner(stack, config or [], load, cwd) as (running, begin):
        _write(find(running, (), begin), output_format, console)


def _write(found: Options, output_format: OptionsFormat, console: Console) -> None:
    from buylink.reports import csv_options, json_options, markdown_options, text_options

    match output_format:
        case OptionsFormat.TEXT:
            text_options.show(found, console)
        case OptionsFormat.JSON:
            print(json_options.render(found), file=console.file)
        case OptionsFormat.CSV:
            print(csv_options.render(found), end="", file=console.file)
        case OptionsFormat.MARKDOWN:
            print(markdown_options.render(found), end="", file=console.file)
