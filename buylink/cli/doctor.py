"""`buylink doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from buylink.cli.shared import Project, console_for, settings_errors


def doctor(
    deploy: Annotated[  # noqa: FBT002 - Typer's way of declaring an option
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
    from buylink.reports import text_doctor

    with settings_errors():
        found = checks.examine(cwd, deploy=deploy)
    text_doctor.show(found, console_for(None))
    raise typer.Exit(checks.exit_code(found, deploy=deploy))
