"""`buylink costs` and `buylink diff`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, TypeAlias

import typer

from buylink.cli.output import Out, fail, format_of, output
from buylink.cli.shared import (
    SOURCE_HELP,
    Config,
    LoadText,
    Project,
    Region,
    UsagePath,
    input_errors,
)
from buylink.cli.sources import assumptions, graphs_of
from buylink.exit_codes import ExitCode

CostsFormat: TypeAlias = Annotated[str, format_of("blocks", "data", "records")]
DiffFormat: TypeAlias = Annotated[str, format_of("blocks", "data")]


def costs(
    source: Annotated[str, typer.Argument(metavar="STACK|FILE", help=SOURCE_HELP)],
    config: Config = None,
    load: LoadText = None,
    usage: UsagePath = None,
    region: Region = None,
    free_tier: Annotated[
        bool, typer.Option("--free-tier", help="Take off what AWS gives every account each month.")
    ] = False,
    fail_unpriced: Annotated[
        bool, typer.Option("--fail-unpriced", help="Exit with 4 when something has no price.")
    ] = False,
    output_format: CostsFormat = "text",
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a stack costs a month, resource by resource."""
    from buylink.costs.bill import bill
    from buylink.reports import costs as costs_report

    with output(out, output_format) as write, input_errors():
        assumed, problems = assumptions(load, usage, region, free_tier=free_tier)
        (graph,) = graphs_of([source], config or [], cwd, problems)
        estimate = bill(graph, assumed)
        write(costs_report.document(estimate))
    if fail_unpriced and estimate.unpriced:
        missing = [f"not priced: {item.urn}: {item.reason}" for item in estimate.unpriced]
        fail(ExitCode.CHECK_FAILED, missing)


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
    output_format: DiffFormat = "text",
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a change costs a month: what is added, removed and changed, at the same prices."""
    from buylink.costs.bill import bill
    from buylink.costs.difference import difference
    from buylink.reports import diff as diff_report
    from buylink.reports import money

    with output(out, output_format) as write, input_errors():
        assumed, problems = assumptions(load, usage, region)
        graphs = graphs_of((base, head), [], cwd, problems)
        before, after = (bill(graph, assumed) for graph in graphs)
        change = difference(before, after)
        write(diff_report.document(change, (base, head)))
    limit = None if max_increase is None else abs(Decimal(str(max_increase)))
    # To the cent, as it is shown: "$5.00 more, at most $5.00 are allowed" helps nobody.
    if limit is not None and change.typical.quantize(money.CENT) > limit:
        more = f"{money.usd(change.typical)} a month more"
        allowed = f"at most {money.unit_price(limit)} are allowed"
        fail(ExitCode.CHECK_FAILED, [f"--max-increase: {more}, {allowed}"])
