"""`buylink economics`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from buylink.cli.output import Out, format_of, output
from buylink.cli.shared import (
    SOURCE_OR_MODEL,
    Config,
    LoadText,
    Project,
    Region,
    UsagePath,
    input_errors,
)
from buylink.cli.sources import assumptions, graphs_of, is_model, is_stack, model_at, planned

if TYPE_CHECKING:
    from buylink.planning.economics.business import Business
    from buylink.planning.economics.economics import Optimization

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
Format: TypeAlias = Annotated[str, format_of("blocks", "data")]


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
    output_format: Format = "text",
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a user, a video and a redirect cost, and when revenue covers it."""
    from buylink.models.economics import economics as economics_of_model
    from buylink.planning.economics.economics import economics as economics_of
    from buylink.reports import economics as economics_report

    with output(out, output_format) as write, input_errors():
        if is_model(source):
            model = model_at(
                source,
                config=config,
                load=load,
                usage=usage,
                region=region,
                arpu=arpu,
                conversion=conversion,
                users=users,
                optimize=optimize,
                one_time_cost=one_time_cost,
            )
            write(economics_report.document(economics_of_model(model)))
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
        write(economics_report.document(economics_of(graph, assumed, business, changes)))


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
    refused = ", ".join(dict.fromkeys(refusal.policy for refusal in changed.refusals))
    return Optimization(
        name=", ".join(changes),
        graph=changed.graph,
        one_time_cost=cost,
        note=f"refused by {refused}" if refused else "",
    )
