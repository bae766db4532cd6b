"""The `buylink` command: it composes the parts and holds no logic of its own."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.console import Console

from buylink.exit_codes import ExitCode, first_of
from buylink.settings import Problem, SettingsError

app = typer.Typer(
    name="buylink",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The TikTok Commerce Link Hub's infrastructure, which knows its own bill.",
)

Project = Annotated[
    Path | None,
    typer.Option("--cwd", "-C", help="The project's folder, when it isn't this one or above it."),
]
Config = Annotated[
    list[str] | None,
    typer.Option(
        "--config",
        "-c",
        metavar="KEY=VALUE",
        help="Lay a setting over the stack files, e.g. buylink:network.natGateways=none.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file, not to the screen.")]


class PreviewFormat(StrEnum):
    """What a preview is written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class CostsFormat(StrEnum):
    """What a bill is written as."""

    TEXT = "text"
    JSON = "json"


@app.callback()
def options() -> None:
    """Exit codes: 0 fine; 1 the program or the pack failed; 2 wrong usage or settings;
    3 a mandatory policy was violated, or could not decide; 4 a check asked for here failed."""


@app.command()
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
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds a program may run.")] = 120,
    cwd: Project = None,
) -> None:
    """Plan the stacks, check them against the policy pack, and exit by the verdict."""
    # The file is opened first: a path that can't be written is found before anything starts.
    with _destination(out) as console:
        previews = _previews(stacks or [], config or [], cwd, policy_pack_config, timeout)
        _write_preview(previews, output_format, console)
    verdicts = {"passed": ExitCode.FINE, "refused": ExitCode.REFUSED, "failed": ExitCode.FAILED}
    raise typer.Exit(first_of(verdicts[result.verdict] for result in previews))


@app.command()
def costs(
    stack: Annotated[str, typer.Argument(help="The stack.")],
    config: Config = None,
    region: Annotated[
        str | None, typer.Option(help="Price it as if it were in this region.")
    ] = None,
    free_tier: Annotated[  # noqa: FBT002 - Typer's way of declaring an option
        bool, typer.Option("--free-tier", help="Take off what AWS gives every account each month.")
    ] = False,
    output_format: Annotated[CostsFormat, typer.Option("--format")] = CostsFormat.TEXT,
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a stack costs a month, resource by resource."""
    from buylink.costs.bill import bill
    from buylink.costs.prices.book import PriceError
    from buylink.reports import json_costs, text_costs

    with _destination(out) as console:
        (result,) = _previews([stack], config or [], cwd, None, 120)
        if result.error is not None:
            typer.echo(f"{stack}: {result.error}", err=True)
            raise typer.Exit(ExitCode.FAILED)
        try:
            estimate = bill(result.graph, region=region, free_tier=free_tier)
        except PriceError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(ExitCode.WRONG_USAGE) from None
        if output_format is CostsFormat.JSON:
            print(json_costs.render(estimate), file=console.file)
        else:
            text_costs.show(estimate, console)


@app.command()
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

    with _settings_errors():
        found = checks.examine(cwd, deploy=deploy)
    text_doctor.show(found, _console(None))
    raise typer.Exit(checks.exit_code(found, deploy=deploy))


def _previews(
    stacks: list[str],
    config: list[str],
    cwd: Path | None,
    policy_pack_config: Path | None,
    timeout: float,
) -> list[Any]:
    """Plans the stacks and asks their packs, with a progress bar."""
    from buylink import project

    with _settings_errors():
        folder = project.find(cwd)
        name = project.program_name(folder)
        files = project.checked_stack_files(folder, stacks, config)
        pack_config = project.read_pack_config(policy_pack_config)

    from buylink.preview.run import Limits, PreviewOptions, StackRequest
    from buylink.preview.run import preview as run_preview
    from buylink.reports.progress import progress

    requests = [StackRequest(file.stack, file.pulumi_config()) for file in files]
    run_options = PreviewOptions(pack_config, Limits(program=timeout))
    with progress(len(requests), "previewing") as (started, advance):
        previews: list[Any] = []
        for result in run_preview(folder, name, requests, run_options, started):
            previews.append(result)
            advance()
    return previews


def _write_preview(previews: list[Any], output_format: PreviewFormat, console: Console) -> None:
    from buylink.reports import json_preview, markdown_preview, text_preview

    bills, said = _bills(previews)
    match output_format:
        case PreviewFormat.TEXT:
            for result in previews:
                text_preview.show(result, said.get(result.stack, ""), console)
        case PreviewFormat.JSON:
            print(json_preview.render(previews, bills), file=console.file)
        case PreviewFormat.MARKDOWN:
            print(markdown_preview.render(previews, said), end="", file=console.file)


def _bills(previews: list[Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The estimate of each stack that was planned, and what is said of it in a line."""
    from buylink.costs.bill import bill
    from buylink.costs.prices.book import PriceError
    from buylink.reports import money

    bills: dict[str, Any] = {}
    said: dict[str, str] = {}
    for result in previews:
        if result.error is not None:
            continue
        try:
            bills[result.stack] = bill(result.graph)
            said[result.stack] = money.summary(bills[result.stack])
        except PriceError as error:
            said[result.stack] = f"not known: {error}"
    return bills, said


@contextmanager
def _settings_errors() -> Generator[None]:
    try:
        yield
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(ExitCode.WRONG_USAGE) from None


@contextmanager
def _destination(out: Path | None) -> Generator[Console]:
    if out is None:
        yield _console(None)
        return
    try:
        out.open("a").close()
        text = io.StringIO()
        yield _console(text)
        # Only now: a preview that is broken off leaves the file as it was.
        out.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        problem = Problem("--out", str(out), f"expected a file to write, got: {error.strerror}")
        typer.echo(str(problem), err=True)
        raise typer.Exit(ExitCode.WRONG_USAGE) from None


def _console(file: IO[str] | None) -> Console:
    """Plain and 100 columns wide where nobody's terminal says otherwise."""
    console = Console(file=file, highlight=False)
    if console.is_terminal:
        return console
    # Rich takes a width at its word only together with a height where TERM is dumb, as in CI.
    return Console(file=file, highlight=False, width=100, height=50)


def main() -> None:
    """The console script. Being ended cleans up like being interrupted: no process stays behind."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    app()
