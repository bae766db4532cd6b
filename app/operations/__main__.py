"""What an operator does by hand, with the names that `pulumi stack output` tells.

TABLE_NAME=… QUEUE_URL=… AWS_REGION=us-east-1 python -m app.operations requeue
"""

import os
import sys
from datetime import timedelta
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from app.hub.clients import client
from app.hub.environment import SettingsError, region, required
from app.hub.intake import Intake
from app.hub.queue import NoDeadLettersError, UnsentError, redrive_all
from app.hub.table import HubTable
from app.hub.times import now

FAILED, WRONG_SETTINGS = 1, 2

_WHYS = {"TABLE_NAME": "videos are in this table", "QUEUE_URL": "they go to this queue"}

commands = typer.Typer(no_args_is_help=True, add_completion=False)


@commands.callback()
def operate() -> None:
    """Operate a hub."""


@commands.command()
def requeue(
    older_than: Annotated[
        int, typer.Option(min=0, help="Minutes that a video must have waited.")
    ] = 60,
) -> None:
    """Queue again the videos that the table says are unfinished; done twice, it does no harm."""
    intake = _intake()
    number = intake.requeue(moment=now(), older_than=timedelta(minutes=older_than))
    typer.echo(f"{number} videos queued again")


@commands.command()
def redrive() -> None:
    """Have the queue take back what was set aside, once the cause is mended."""
    given, where = required(os.environ, {"QUEUE_URL": _WHYS["QUEUE_URL"]}), region(os.environ)
    number = redrive_all(client("sqs", where), given["QUEUE_URL"])
    typer.echo(f"about {number} messages on their way back")


def _intake() -> Intake:
    given, where = required(os.environ, _WHYS), region(os.environ)
    table = HubTable(client("dynamodb", where), given["TABLE_NAME"])
    return Intake(table, client("sqs", where), given["QUEUE_URL"])


def main() -> int:
    """The exit code: 0 done, 1 AWS refused, 2 wrong usage or settings."""
    try:
        commands(standalone_mode=True)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        return WRONG_SETTINGS
    except (BotoCoreError, ClientError, NoDeadLettersError, UnsentError) as error:
        typer.echo(f"AWS: expected it to do as asked, got: {error}", err=True)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
