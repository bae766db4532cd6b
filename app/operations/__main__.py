"""What an operator does, with the names that `pulumi stack output` tells.

TABLE_NAME=… QUEUE_URL=… AWS_REGION=us-east-1 python -m app.operations requeue
"""

import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from app.hub.clients import client
from app.hub.environment import Settings, SettingsError, aws_region, required
from app.hub.intake import Intake
from app.hub.queue import NoDeadLettersError, UnsentError, redrive_all
from app.hub.table import HubTable
from app.hub.times import now

FAILED, WRONG_SETTINGS = 1, 2


@dataclass(frozen=True, kw_only=True)
class QueueSettings(Settings):
    """Where videos wait."""

    region: str = aws_region()
    queue_url: str = required("QUEUE_URL", why="they go to this queue")


@dataclass(frozen=True, kw_only=True)
class RequeueSettings(Settings):
    """Where unfinished videos are, and where they go."""

    region: str = aws_region()
    table: str = required("TABLE_NAME", why="videos are in this table")
    queue_url: str = required("QUEUE_URL", why="they go to this queue")


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
    settings = QueueSettings.from_environment(os.environ)
    number = redrive_all(client("sqs", settings.region), settings.queue_url)
    typer.echo(f"about {number} messages on their way back")


def _intake() -> Intake:
    settings = RequeueSettings.from_environment(os.environ)
    table = HubTable(client("dynamodb", settings.region), settings.table)
    return Intake(table, client("sqs", settings.region), settings.queue_url)


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
