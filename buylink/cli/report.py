"""`buylink report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buylink.cli.assumptions import assumptions
from buylink.cli.economics import Arpu, Conversion, Users, business_of
from buylink.cli.plans import graphs_of, is_stack, planned
from buylink.cli.shared import (
    SOURCE_HELP,
    Config,
    LoadText,
    Project,
    Region,
    UsagePath,
    costs_errors,
    destination,
)


def report(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE", help=SOURCE_HELP)],
    config: Config = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    arpu: Arpu = None,
    conversion: Conversion = None,
    users: Users = None,
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("report.html"),
    cwd: Project = None,
) -> None:
    """Write one HTML file, which needs no network, with all that is known of a stack's bill."""
    from buylink.costs.bill import bill, load_for
    from buylink.planning.stack_economics import economics
    from buylink.planning.stack_money import money_graph
    from buylink.reports.html import stack_report

    with destination(out) as console, costs_errors():
        assumed, problems = assumptions(load, usage, region)
        business = business_of(arpu, conversion, users, problems)
        preview = None
        if is_stack(source, cwd) and not problems:
            preview = planned(source, config or [], cwd)
            graph = preview.graph
        else:
            (graph,) = graphs_of([source], config or [], cwd, problems)
        stated = load_for(graph, assumed)
        found = stack_report.StackReport(
            estimate=bill(graph, assumed),
            load=str(stated),
            money=money_graph(graph, assumed),
            economics=economics(graph, assumed, business) if stated.users else None,
            preview=preview,
        )
        print(stack_report.render(found), file=console.file)
    typer.echo(f"{out}: written, {out.stat().st_size / 1024**2:.1f} MB", err=True)
