"""`buylink costs`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.assumptions import assumptions
from buylink.cli.plans import graphs_of
from buylink.cli.shared import (
    SOURCE_HELP,
    Config,
    LoadText,
    Out,
    Project,
    Region,
    UsagePath,
    costs_errors,
    destination,
    fail,
)
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from buylink.costs.estimate import Estimate


class CostsFormat(StrEnum):
    """What a bill is written as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def costs(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE", help=SOURCE_HELP)],
    config: Config = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    free_tier: Annotated[  # noqa: FBT002 - Typer's way of declaring an option
        bool, typer.Option("--free-tier", help="Take off what AWS gives every account each month.")
    ] = False,
    fail_unpriced: Annotated[  # noqa: FBT002
        bool, typer.Option("--fail-unpriced", help="Exit with 4 when something has no price.")
    ] = False,
    output_format: Annotated[CostsFormat, typer.Option("--format")] = CostsFormat.TEXT,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a stack costs a month, resource by resource."""
    from buylink.costs.bill import bill

    with destination(out) as console, costs_errors():
        assumed, problems = assumptions(load, usage, region, free_tier=free_tier)
        (graph,) = graphs_of([source], config or [], cwd, problems)
        estimate = bill(graph, assumed)
        _write(estimate, output_format, console)
    if fail_unpriced and estimate.unpriced:
        told = [f"not priced: {it.urn}: {it.reason}" for it in estimate.unpriced]
        fail(ExitCode.CHECK_FAILED, told)


def _write(estimate: Estimate, output_format: CostsFormat, console: Console) -> None:
    from buylink.reports import csv_costs, json_costs, markdown_costs, text_costs

    match output_format:
        case CostsFormat.TEXT:
            text_costs.show(estimate, console)
        case CostsFormat.JSON:
            print(json_costs.render(estimate), file=console.file)
        case CostsFormat.CSV:
            print(csv_costs.render(estimate), end="", file=console.file)
        case CostsFormat.MARKDOWN:
            print(markdown_costs.render(estimate), end="", file=console.file)
