"""`buylink graph`."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import typer

from buylink.cli.assumptions import assumptions
from buylink.cli.plans import graphs_of
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

FOLDED = Decimal("0.01")
"""What passes less of the whole than this is drawn as one: all of it is in the JSON."""


class GraphFormat(StrEnum):
    """What a money graph is written as."""

    MERMAID = "mermaid"
    JSON = "json"


def graph(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE|MODEL", help=SOURCE_OR_MODEL)],
    config: Config = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    output_format: Annotated[GraphFormat, typer.Option("--format")] = GraphFormat.MERMAID,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Show the cost flow: from users and videos through services to components."""
    from buylink.models.cost_flow import cost_flow as cost_flow_of_model
    from buylink.planning.cost_flow import cost_flow as cost_flow_of
    from buylink.reports import json_money_graph, mermaid

    with destination(out) as console, costs_errors(), model_errors():
        if is_model(source):
            options = {"--config": config, "--load": load, "--usage": usage, "--region": region}
            money = cost_flow_of_model(model_at(source, options))
        else:
            assumed, problems = assumptions(load, usage, region)
            (planned,) = graphs_of([source], config or [], cwd, problems)
            money = cost_flow_of(planned, assumed)
        match output_format:
            case GraphFormat.MERMAID:
                print(mermaid.render(money.folded(FOLDED)), end="", file=console.file)
            case GraphFormat.JSON:
                print(json_money_graph.render(money), file=console.file)
