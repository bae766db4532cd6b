"""`buylink guard`: the run-time guard, manually."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from buylink.cli.output import fail
from buylink.exit_codes import ExitCode
from buylink.projects.project import find
from buylink.settings import SettingsError
from buylink.settings.stack_files import read_stack_file

if TYPE_CHECKING:
    from app.budget_guard.manual import ManualGuard

guard = typer.Typer(
    name="guard",
    no_args_is_help=True,
    help="Brake, stop or restore a deployed stack, as its guard does.",
)

Stack = Annotated[str, typer.Option("--stack", help="The stack, such as prod.")]
Region = Annotated[
    str | None,
    typer.Option("--region", help="Its region, where neither its file nor AWS's settings say."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print the calls it would make.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
DeleteLogs = Annotated[bool, typer.Option("--delete-logs", help="Don't ask about that either.")]


@guard.command()
def status(stack: Stack, region: Region = None) -> None:
    """Say the mode, why, and what is held; changes nothing."""
    with aws_errors():
        report = _guard(stack, region, dry_run=True).status()
    state = report.state
    typer.echo(f"buylink-{stack}: {state.mode.word}")
    typer.echo(f"{state.period}: ${state.spent} of ${state.limit} ({state.share:.0%})")
    typer.echo(
        f"the budget calls for {state.called_for.word}, set manually: {state.manual_mode.word}, "
        f"overruled: {state.overruled.word}"
    )
    for held in report.held:
        typer.echo(f"held: {held}")


@guard.command()
def brake(
    stack: Stack,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    log_retention: Annotated[
        int | None,
        typer.Option(
            "--log-retention",
            min=1,
            help="Also keep logs for so many days only. Older logs are deleted for good.",
        ),
    ] = None,
    delete_logs: DeleteLogs = False,
) -> None:
    """Pause thumbnails, tighten limits, shrink workers, switch Container Insights off."""
    _set("braked", stack, region, dry_run=dry_run, yes=yes)
    if log_retention is not None:
        _shorten(stack, region, log_retention, dry_run=dry_run, yes=delete_logs)


@guard.command()
def stop(
    stack: Stack,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Stop every service of the stack but those that never stop; keeps queues and data."""
    _set("stopped", stack, region, dry_run=dry_run, yes=yes)


@guard.command()
def restore(
    stack: Stack,
    region: Region = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Put everything back as it was, and queue unfinished videos again."""
    _set("normal", stack, region, dry_run=dry_run, yes=yes)


def _set(
    word: Literal["normal", "braked", "stopped"],
    stack: str,
    region: str | None,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    from app.budget_guard.mode import Mode

    mode = Mode[word.upper()]
    with aws_errors():
        if dry_run or not yes:
            typer.echo(f"buylink-{stack} to {word}; the calls it would make:")
            _guard(stack, region, dry_run=True).set_mode(mode)
        if dry_run:
            return
        if not yes:
            _confirm(f"Make them in buylink-{stack}?")
        result = _guard(stack, region, dry_run=False).set_mode(mode)
    if result.busy:
        fail(
            ExitCode.FAILED,
            [f"buylink-{stack}: {word} is noted; another run is at work and sees to it"],
        )
    if result.outcome.failures:
        fail(ExitCode.FAILED, [*result.outcome.failures, "tried again within the hour"])
    typer.echo(f"buylink-{stack}: {result.state.mode.word}")


def _shorten(stack: str, region: str | None, days: int, *, dry_run: bool, yes: bool) -> None:
    with aws_errors():
        manual_guard = _guard(stack, region, dry_run=dry_run)
        groups = manual_guard.long_logs(days)
        for name, kept in groups:
            typer.echo(f"{name}: {'never expires' if kept is None else f'{kept} days'} -> {days}")
        if groups and not (dry_run or yes):
            _confirm(f"Delete these logs past {days} days, for good?")
        manual_guard.shorten_logs(days)


def _guard(stack: str, region: str | None, *, dry_run: bool) -> ManualGuard:
    from app.budget_guard.manual import ManualGuard

    where = region or _declared_region(stack)
    return ManualGuard(stack, region=where, say=typer.echo, dry_run=dry_run)


def _declared_region(stack: str) -> str | None:
    """By the stack's file, where there is one: what it doesn't say, AWS's own settings may."""
    with suppress(SettingsError):
        return read_stack_file(find(None), stack).pulumi_config().get("aws:region")
    return None


def _confirm(question: str) -> None:
    if not typer.confirm(question):
        raise typer.Exit(ExitCode.WRONG_USAGE)


@contextmanager
def aws_errors() -> Generator[None]:
    """What AWS refuses, or a guard of another version, ends the command."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

    from app.budget_guard.manual import GUARD_ERRORS

    try:
        yield
    except NoRegionError:
        where = "expected where the stack is, got none here, in its file or in AWS_REGION"
        fail(ExitCode.WRONG_USAGE, [f"--region: {where}"])
    except NoCredentialsError:
        sign_in = "sign in (`aws sso login`), or set AWS_PROFILE"
        fail(ExitCode.FAILED, [f"AWS: expected credentials, got none: {sign_in}"])
    except (BotoCoreError, ClientError) as error:
        fail(ExitCode.FAILED, [f"AWS: expected it to do as asked, got: {error}"])
    except GUARD_ERRORS as error:
        fail(ExitCode.FAILED, [error])
