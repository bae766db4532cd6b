"""`buylink graph`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

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
from buylink.cli.sources import assumptions, graphs_of, is_model, model_at

Format: TypeAlias = Annotated[str, format_of("flow", "data", first="mermaid")]


def graph(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE|MODEL", help=SOURCE_OR_MODEL)],
    config: Config = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    output_format: Format = "mermaid",
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Show the cost flow: from users and videos through services to components."""
    from buylink.models.cost_flow import cost_flow as cost_flow_of_model
    from buylink.planning.cost_flow import cost_flow as cost_flow_of
    from buylink.reports import cost_flow as cost_flow_report

    with output(out, output_format) as write, input_errors():
        if is_model(source):
            model = model_at(source, config=config, load=load, usage=usage, region=region)
            flow = cost_flow_of_model(model)
        else:
            assumed, problems = assumptions(load, usage, region)
            (planned,) = graphs_of([source], config or [], cwd, problems)
            flow = cost_flow_of(planned, assumed)
        write(cost_flow_report.document(flow))
