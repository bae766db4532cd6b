"""The `buylink` command: it composes the parts and holds no logic of its own."""

from __future__ import annotations

import io
import signal
import sys

import typer

from buylink.cli.audit import audit
from buylink.cli.costs import costs, diff
from buylink.cli.doctor import doctor
from buylink.cli.economics import economics
from buylink.cli.graph import graph
from buylink.cli.growth import growth
from buylink.cli.growth import options as find_options
from buylink.cli.guard import guard
from buylink.cli.preview import preview
from buylink.cli.prices import prices
from buylink.cli.report import report
from buylink.exit_codes import ExitCode
from buylink.extras import MissingExtraError

app = typer.Typer(
    name="buylink",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The TikTok Commerce Link Hub's infrastructure, which knows its own bill.",
)


@app.callback()
def options() -> None:
    """Exit codes: 0 fine; 1 the program or the pack failed; 2 wrong usage or settings;
    3 a mandatory policy was violated, or could not decide; 4 a check asked for here failed."""


app.command()(preview)
app.command()(costs)
app.command()(diff)
app.command()(growth)
app.command("options")(find_options)
app.command()(economics)
app.command()(graph)
app.command()(report)
app.command()(audit)
app.add_typer(prices)
app.add_typer(guard)
app.command()(doctor)


def main() -> None:
    """The console script. Being ended cleans up like being interrupted: no process stays behind."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale, no name ends a command
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        app()
    except MissingExtraError as error:
        typer.echo(str(error), err=True)
        sys.exit(ExitCode.WRONG_USAGE)
