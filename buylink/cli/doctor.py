"""`buylink doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from buylink.cli.output import output
from buylink.cli.shared import Project, input_errors


def doctor(
    deploy: Annotated[
        bool,
        typer.Option(
            "--deploy",
            help="Ask AWS too, and exit with 4 when a deployment lacks something. "
            "One of the calls costs up to $0.01.",
        ),
    ] = False,
    cwd: Project = None,
) -> None:
    """Say what this machine has and lacks, each with the next step."""
    from buylink import doctor as checks
    from buylink.reports import doctor as doctor_report

    with output(None, "text") as write, input_errors():
        results = checks.examine(cwd, deploy=deploy)
        write(doctor_report.document(results))
    raise typer.Exit(checks.exit_code(results, deploy=deploy))
