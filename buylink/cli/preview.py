"""`buylink preview`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.plans import TIMEOUT, previews
from buylink.cli.shared import Config, Out, Project, destination
from buylink.exit_codes import ExitCode, first_of

if TYPE_CHECKING:
    from rich.console import Console

    from buylink.costs.estimate import Estimate
    from buylink.preview.result import StackPreview


class PreviewFormat(StrEnum):
    """What a preview is written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def preview(
    stacks: Annotated[
        list[str] | None, typer.Argument(help="Stacks; all when none is named.")
    ] = None,
    config: Config = None,
    output_format: Annotated[PreviewFormat, typer.Option("--format")] = PreviewFormat.TEXT,
    out: Out = None,
    policy_pack_config: Annotated[
        Path | None, typer.Option(help="JSON that changes levels and caps of policies.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a program may run.")] = TIMEOUT,
    cwd: Project = None,
) -> None:
    """Plan the stacks, check them against the policy pack, and exit by the verdict."""
    with destination(out) as console:
        found = previews(stacks or [], config or [], cwd, policy_pack_config, timeout)
        _write(found, output_format, console)
    verdicts = {"passed": ExitCode.FINE, "refused": ExitCode.REFUSED, "failed": ExitCode.FAILED}
    raise typer.Exit(first_of(verdicts[result.verdict] for result in found))


def _write(found: list[StackPreview], output_format: PreviewFormat, console: Console) -> None:
    from buylink.reports import json_preview, markdown_preview, text_preview

    bills, said = _bills(found)
    match output_format:
        case PreviewFormat.TEXT:
            for result in found:
                text_preview.show(result, said.get(result.stack, ""), console)
        case PreviewFormat.JSON:
            print(json_preview.render(found, bills), file=console.file)
        case PreviewFormat.MARKDOWN:
            print(markdown_preview.render(found, said), end="", file=console.file)


def _bills(found: list[StackPreview]) -> tuple[dict[str, Estimate], dict[str, str]]:
    """The estimate of each stack that was planned, and what is said of it in a line."""
    from buylink.costs.bill import bill
    from buylink.costs.prices.book import PriceError
    from buylink.reports import money

    bills: dict[str, Estimate] = {}
    said: dict[str, str] = {}
    for result in found:
        if result.error is not None:
            continue
        try:
            bills[result.stack] = bill(result.graph)
            said[result.stack] = money.summary(bills[result.stack])
        except PriceError as error:
            said[result.stack] = f"not known: {error}"
    return bills, said
