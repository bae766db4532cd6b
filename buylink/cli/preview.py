"""`buylink preview`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from buylink.cli.output import Out, format_of, output
from buylink.cli.shared import Config, Project
from buylink.cli.sources import TIMEOUT, previews
from buylink.exit_codes import ExitCode, first_of

if TYPE_CHECKING:
    from buylink.costs.estimate import Estimate
    from buylink.preview.result import StackPreview
    from buylink.reports.document import Document

Format: TypeAlias = Annotated[str, format_of("blocks", "data")]


def preview(
    stacks: Annotated[
        list[str] | None, typer.Argument(help="Stacks; all when none is named.")
    ] = None,
    config: Config = None,
    output_format: Format = "text",
    out: Out = None,
    policy_pack_config: Annotated[
        Path | None, typer.Option(help="JSON that changes levels and caps of policies.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a program may run.")] = TIMEOUT,
    cwd: Project = None,
) -> None:
    """Plan the stacks, check them against the policy pack, and exit by the verdict."""
    with output(out, output_format) as write:
        results = previews(stacks or [], config or [], cwd, policy_pack_config, timeout)
        write(_document(results))
    verdicts = {"passed": ExitCode.FINE, "refused": ExitCode.REFUSED, "failed": ExitCode.FAILED}
    raise typer.Exit(first_of(verdicts[result.verdict] for result in results))


def _document(results: list[StackPreview]) -> Document:
    """With the estimate of each stack that was planned, or with why there is none."""
    from buylink.costs.bill import bill
    from buylink.costs.prices.book import PriceError
    from buylink.reports import money
    from buylink.reports import preview as preview_report

    bills: dict[str, Estimate] = {}
    summaries: dict[str, str] = {}
    for result in results:
        if result.error is not None:
            continue
        try:
            bills[result.stack] = bill(result.graph)
            summaries[result.stack] = money.summary(bills[result.stack])
        except PriceError as error:
            summaries[result.stack] = f"not known: {error}"
    return preview_report.document(results, bills, summaries)
