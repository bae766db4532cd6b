"""`buylink report`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.economics import Arpu, Conversion, Users, business_of
from buylink.cli.growth import declared_load, replanner
from buylink.cli.output import fail, report_output
from buylink.cli.shared import (
    SOURCE_OR_MODEL,
    Config,
    LoadText,
    Project,
    Region,
    UsagePath,
    input_errors,
)
from buylink.cli.sources import assumptions, graphs_of, is_model, is_stack, model_at
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from buylink.costs.bill import Assumptions
    from buylink.graph import Graph
    from buylink.models.model import Model
    from buylink.planning.economics.business import Business
    from buylink.reports.document import Report
    from buylink.reports.report import StackReport


def report(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE|MODEL", help=SOURCE_OR_MODEL)],
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
    from buylink.reports.report import of_stack

    if is_model(source):
        with report_output(out) as write, input_errors():
            model = model_at(
                source,
                config=config,
                load=load,
                usage=usage,
                region=region,
                arpu=arpu,
                conversion=conversion,
                users=users,
            )
            write(_of_model(model))
        _say_size(out)
        return
    with report_output(out) as write, input_errors():
        assumed, problems = assumptions(load, usage, region)
        business = business_of(arpu, conversion, users, problems)
        if is_stack(source, cwd):
            known = _of_stack(source, config or [], load, assumed, business, problems, cwd)
        else:
            (graph,) = graphs_of([source], config or [], cwd, problems)
            known = _of_graph(graph, assumed, business)
        write(of_stack(known))
    _say_size(out)


def _say_size(out: Path) -> None:
    typer.echo(f"{out}: {out.stat().st_size / 1024**2:.1f} MB", err=True)


def _of_model(model: Model) -> Report:
    from buylink.models.audit import audit
    from buylink.models.cost_flow import cost_flow
    from buylink.models.economics import economics
    from buylink.reports.report import ModelReport, of_model

    return of_model(
        ModelReport(
            money=cost_flow(model),
            audit=audit(model),
            economics=economics(model) if model.business else None,
        )
    )


def _of_graph(graph: Graph, assumed: Assumptions, business: Business) -> StackReport:
    from buylink.costs.bill import bill, load_for
    from buylink.planning.cost_flow import cost_flow
    from buylink.planning.economics.economics import economics
    from buylink.reports.report import StackReport

    load = load_for(graph, assumed)
    return StackReport(
        estimate=bill(graph, assumed),
        load=str(load),
        money=cost_flow(graph, assumed),
        economics=economics(graph, assumed, business) if load.users else None,
    )


def _of_stack(
    stack: str,
    config: list[str],
    load: str | None,
    assumed: Assumptions,
    business: Business,
    problems: Sequence[Exception],
    cwd: Path | None,
) -> StackReport:
    """With the policies' verdict, and with growth and options, which know no other usage.

    Goals of growth are searched by its own command alone: each is a search through all options.
    """
    from buylink.planning.economics.economics import with_paybacks
    from buylink.planning.growth.growth import growth
    from buylink.planning.growth.loads import Asked
    from buylink.planning.options.options import options

    if problems:
        fail(ExitCode.WRONG_USAGE, problems)
    with replanner(stack, config, load, cwd) as (running, begin):
        (declared,) = running.previews([()])
        known = replace(_of_graph(declared.graph, assumed, business), preview=declared.preview)
        if assumed.usage is not None or assumed.region is not None:
            return known
        cheaper = options(running, (), begin)
        larger = growth(running, Asked().courses(declared_load(running)), None, begin)
    economics = known.economics and with_paybacks(known.economics, cheaper, business)
    return replace(known, options=cheaper, growth=larger, economics=economics)
