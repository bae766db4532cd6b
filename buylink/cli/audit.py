"""`buylink audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from buylink.cli.output import Out, fail, format_of, output
from buylink.cli.shared import input_errors
from buylink.exit_codes import ExitCode

Format: TypeAlias = Annotated[str, format_of("blocks", "data")]


def audit(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A declared cost model: a YAML file.")
    ],
    output_format: Format = "text",
    out: Out = None,
) -> None:
    """Recompute every figure of a cost model; exit with 4 when some don't hold."""
    from buylink.models.audit import audit as audit_of
    from buylink.models.loading import load
    from buylink.reports import audit as audit_report

    with output(out, output_format) as write, input_errors():
        verdicts = audit_of(load(model))
        write(audit_report.document(verdicts))
    if verdicts.wrong:
        counts = f"{len(verdicts.wrong)} of {len(verdicts.claims)}"
        fail(ExitCode.CHECK_FAILED, [f"{counts} don't hold"])
