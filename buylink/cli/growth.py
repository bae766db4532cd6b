"""`buylink growth`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.replanning import declared_load, replanner
from buylink.cli.shared import Config, LoadText, Out, Project, destination, fail
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from buylink.planning.growth.result import Growth


class GrowthFormat(StrEnum):
    """What growth is written as."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def growth(
    stack: Annotated[str, typer.Argument(help="The stack that grows.")],
    users: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Users to look at, such as 100,1k,10k,100k."),
    ] = None,
    videos: Annotated[
        str | None, typer.Option(metavar="LIST", help="Videos a day to look at.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(metavar="PERCENT", help="Growth a month of both, such as 20; see --months."),
    ] = None,
    months: Annotated[
        int | None, typer.Option(help="Months to grow at the --rate; 12 when it is left out.")
    ] = None,
    goal: Annotated[
        float | None,
        typer.Option(
            help="USD a month that the largest loads may cost: where they cost more, settings"
            " are proposed. 600 when it is left out, 0 for no goal.",
        ),
    ] = None,
    config: Config = None,
    load: LoadText = None,
    output_format: Annotated[GrowthFormat, typer.Option("--format")] = GrowthFormat.TEXT,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a stack costs as users and videos grow, what grows most, and where a cap is hit."""
    from buylink.planning.growth.growth import growth as grow
    from buylink.planning.growth.loads import GOAL, Asked

    with destination(out) as console, replanner(stack, config or [], load, cwd) as (running, begin):
        asked = Asked(users=users, videos=videos, rate=_percent(rate), months=months)
        courses = asked.courses(declared_load(running))
        most = Decimal(GOAL if goal is None else str(goal))
        if not most.is_finite() or most < 0:
            fail(ExitCode.WRONG_USAGE, [f"--goal: expected USD a month, got {goal}"])
        _write(grow(running, courses, most or None, begin), output_format, console)


def _percent(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        expected = "--rate: expected percent a month such as 20 or -5"
        fail(ExitCode.WRONG_USAGE, [f"{expected}, got {text!r}"])


def _write(found: Growth, output_format: GrowthFormat, console: Console) -> None:
    from buylink.reports import csv_growth, json_growth, markdown_growth, text_growth

    match output_format:
        case GrowthFormat.TEXT:
            text_growth.show(found, console)
        case GrowthFormat.JSON:
            print(json_growth.render(found), file=console.file)
        case GrowthFormat.CSV:
            print(csv_growth.render(found), end="", file=console.file)
        case GrowthFormat.MARKDOWN:
            print(markdown_growth.render(found), end="", file=console.file)
