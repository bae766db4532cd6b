"""`buylink audit`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from buylink.cli.shared import Out, destination, fail, model_errors
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from buylink.models.audit import Audit


class AuditFormat(StrEnum):
    """What an audit is written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def audit(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A declared cost model: a YAML file.")
    ],
    output_format: Annotated[AuditFormat, typer.Option("--format")] = AuditFormat.TEXT,
    out: Out = None,
) -> None:
    """Recompute every figure of a cost model; exit with 4 when some don't hold."""
    from buylink.models.audit import audit as audit_of
    from buylink.models.loading import load

    with destination(out) as console, model_errors():
        found = audit_of(load(model))
        _write(found, output_format, console)
    if found.wrong:
        fail(ExitCode.CHECK_FAILED, [f"{len(found.wrong)} of {len(found.claims)} don't hold"])


def _write(found: Audit, output_format: AuditFormat, console: Console) -> None:
    from buylink.reports import json_audit, markdown_audit, text_audit

    match output_format:
        case AuditFormat.TEXT:
            text_audit.show(found, console)
        case AuditFormat.JSON:
            print(json_audit.render(found), file=console.file)
        case AuditFormat.MARKDOWN:
            print(markdown_audit.render(found), end="", file=console.file)
