"""`buylink diff`."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.assumptions import assumptions
from buylink.cli.plans import graphs_of
from buylink.cli.shared import (
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

    from buylink.costs.difference import Difference


class DiffFormat(StrEnum):
    """What a difference is written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


_SIDE = "a stack, a file, or git:REVISION:STACK"


def diff(
    base: Annotated[str, typer.Argument(help=f"What was: {_SIDE}.")],
    head: Annotated[str, typer.Argument(help=f"What will be: {_SIDE}.")],
    max_increase: Annotated[
        float | None, typer.Option(min=0, help="USD a month; exit with 4 when it is more.")
    ] = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    output_format: Annotated[DiffFormat, typer.Option("--format")] = DiffFormat.TEXT,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a change costs a month: what is added, removed and changed, at the same prices."""
    from buylink.costs.bill import bill
    from buylink.costs.difference import difference
    from buylink.reports import money

    with destination(out) as console, costs_errors():
        assumed, problems = assumptions(load, usage, region)
        graphs = graphs_of((base, head), [], cwd, problems)
        before, after = (bill(it, assumed) for it in graphs)
        found = difference(before, after)
        _write(found, (base, head), output_format, console)
    limit = None if max_increase is None else abs(Decimal(str(max_increase)))
    # To the cent, as it is shown: "$5.00 more, at most $5.00 are allowed" helps nobody.
    if limit is not None and found.typical.quantize(money.CENT) > limit:
        more = f"{money.usd(found.typical)} a month more"
        allowed = f"at most {money.unit_price(limit)} are allowed"
        fail(ExitCode.CHECK_FAILED, [f"--max-increase: {more}, {allowed}"])


def _write(
    found: Difference, names: tuple[str, str], output_format: DiffFormat, console: Console
) -> None:
    from buylink.reports import json_diff, markdown_diff, text_diff

    match output_format:
        case DiffFormat.TEXT:
            text_diff.show(found, names, console)
        case DiffFormat.JSON:
            print(json_diff.render(found, names), file=console.file)
        case DiffFormat.MARKDOWN:
            print(markdown_diff.render(found, names), end="", file=console.file)
