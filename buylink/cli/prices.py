"""`buylink prices`: the price book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from buylink.cli.output import Out, destination, fail, output
from buylink.cli.shared import Region, input_errors
from buylink.exit_codes import ExitCode

prices = typer.Typer(
    name="prices", no_args_is_help=True, help="Show the price book, or read a new one from AWS."
)


@prices.command()
def show(
    region: Region = None,
    service: Annotated[str | None, typer.Option(help="Only this service's meters.")] = None,
    out: Out = None,
) -> None:
    """Say what each meter costs in a region, as of when, and how sure that is."""
    from buylink.costs.prices.book import packaged
    from buylink.reports import prices as prices_report

    with output(out, "text") as write, input_errors():
        regional = packaged().in_region("us-east-1" if region is None else region)
        if service is not None and service not in regional.services():
            known = ", ".join(regional.services())
            fail(ExitCode.WRONG_USAGE, [f"--service: expected one of {known}, got {service!r}"])
        write(prices_report.document(regional, service))


@prices.command()
def refresh(
    book: Annotated[
        Path | None, typer.Option("--out", help="Write to this file, not over the packaged book.")
    ] = None,
) -> None:
    """Read the prices anew from AWS's Price List API, and say what changed. Needs credentials."""
    import json

    import boto3
    from botocore.config import Config as ClientConfig
    from botocore.exceptions import BotoCoreError, ClientError

    from buylink.costs.prices import book as books
    from buylink.costs.prices.refresh import API_REGION
    from buylink.costs.prices.refresh import refresh as read_anew

    retries = ClientConfig(retries={"mode": "standard", "max_attempts": 8})
    path = book or books.PACKAGED
    with destination(path) as console, input_errors():
        old = books.packaged()
        client = boto3.client("pricing", region_name=API_REGION, config=retries)
        try:
            refreshed = read_anew(old, client)
        except (BotoCoreError, ClientError) as error:
            fail(ExitCode.FAILED, [f"AWS's price list: {error}: nothing was written; try again"])
        text = json.dumps(refreshed.document(old.about, old.source), indent=1, ensure_ascii=False)
        print(text, file=console.file)
    for change in refreshed.changed:
        typer.echo(
            f"{change.region}, {change.meter}: {change.before:f} before, {change.after:f} now"
        )
    for problem in refreshed.problems:
        typer.echo(problem, err=True)
    typer.echo(
        f"{len(refreshed.changed)} changed, {refreshed.confirmed} confirmed,"
        f" {len(refreshed.problems)} not read, {refreshed.kept} not asked for;"
        f" the book is as of {refreshed.as_of}: {path}"
    )
    raise typer.Exit(ExitCode.CHECK_FAILED if refreshed.problems else ExitCode.FINE)
