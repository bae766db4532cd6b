"""`buylink economics`."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.assumptions import assumptions
from buylink.cli.plans import graphs_of, is_stack, planned
from buylink.cli.shared import (
    SOURCE_OR_MODEL,
    Config,
    LoadText,
    Out,
    Project,
    Region,
    UsagePath,
    costs_errors,
    destination,
    is_model,
    model_at,
    model_errors,
)

if TYPE_CHECKING:
    from rich.console import Console

    from buylink.planning.economics.business import Business
    from buylink.planning.economics.economics import Optimization
    from buylink.planning.economics.result import Economics

Arpu = Annotated[
    str | None, typer.Option("--arpu", metavar="USD", help="A month's revenue of a user who pays.")
]
Conversion = Annotated[
    str | None, typer.Option("--conversion", help="The share of users who pay: 0.02, or 2%.")
]
Users = Annotated[
    str | None,
    typer.Option(
        "--users", metavar="MONTH=N,...", help="Users by month, for the table: 1=100,12=10000."
    ),
]


class EconomicsFormat(StrEnum):
    """What economics are written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def economics(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE|MODEL", help=SOURCE_OR_MODEL)],
    config: Config = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    arpu: Arpu = None,
    conversion: Conversion = None,
    users: Users = None,
    optimize: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A setting that would be changed: does it pay?"),
    ] = None,
    one_time_cost: Annotated[
        float | None, typer.Option(min=0, help="USD that the change costs to make; a day's work.")
    ] = None,
    output_format: Annotated[EconomicsFormat, typer.Option("--format")] = EconomicsFormat.TEXT,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a user, a video and a redirect cost, and when revenue covers it."""
    from buylink.models.economics import economics as economics_of_model
    from buylink.planning.economics.economics import economics as economics_of

    with destination(out) as console, costs_errors(), model_errors():
        if is_model(source):
            options = {
                "--config": config,
                "--load": load,
                "--usage": usage,
                "--region": region,
                "--arpu": arpu,
                "--conversion": conversion,
                "--users": users,
                "--optimize": optimize,
                "--one-time-cost": one_time_cost,
            }
            _write(economics_of_model(model_at(source, options)), output_format, console)
            return
        assumed, problems = assumptions(load, usage, region)
        business = business_of(arpu, conversion, users, problems)
        if optimize and not is_stack(source, cwd):
            problems.append(ValueError(f"--optimize: expected a stack to change, got {source}"))
        if one_time_cost is not None and not optimize:
            expected = "expected an --optimize that it is the cost of, got none"
            problems.append(ValueError(f"--one-time-cost: {expected}"))
        (graph,) = graphs_of([source], config or [], cwd, problems)
        cost = business.engineer_day.value if one_time_cost is None else Decimal(str(one_time_cost))
        changes = [_optimized(source, config or [], optimize, cost, cwd)] if optimize else []
        _write(economics_of(graph, assumed, business, changes), output_format, console)


def business_of(
    arpu: str | None, conversion: str | None, users: str | None, problems: list[Exception]
) -> Business:
    """What the command line states of it over the packaged one; what is wrong joins `problems`."""
    from buylink.costs.usage.load import UsageError
    from buylink.planning.economics.business import packaged

    try:
        return packaged().stated(arpu, conversion, users)
    except UsageError as error:
        problems.append(error)
        return packaged()


def _optimized(
    stack: str, config: list[str], changes: list[str], cost: Decimal, cwd: Path | None
) -> Optimization:
    from buylink.planning.economics.economics import Optimization

    changed = planned(stack, [*config, *changes], cwd)
    refused = ", ".join(dict.fromkeys(it.policy for it in changed.refusals))
    return Optimization(
        name=", ".join(changes),
        graph=changed.graph,
        one_time_cost=cost,
        note=f"refused by {refused}" if refused else "",
    )


def _write(found: Economics, output_format: EconomicsFormat, console: Console) -> None:
    from buylink.reports import json_economics, markdown_economics, text_economics

    match output_format:
        case EconomicsFormat.TEXT:
            text_economics.show(found, console)
        case EconomicsFormat.JSON:
            print(json_economics.render(found), file=console.file)
        case EconomicsFormat.MARKDOWN:
            print(markdown_economics.render(found), end="", file=console.file)
