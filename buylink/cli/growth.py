"""`buylink growth` and `buylink options`, which plan a stack many times."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from buylink.cli.output import Out, fail, format_of, output, progress
from buylink.cli.shared import Config, LoadText, Project, input_errors
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from buylink.costs.usage.load import Load
    from buylink.planning.options.options import Progress
    from buylink.planning.replan import Replanner
    from buylink.reports.document import Document

Format: TypeAlias = Annotated[str, format_of("blocks", "data", "records")]


def growth(
    stack: Annotated[str, typer.Argument(help="The stack that grows.")],
    users: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Users to look at, such as 100,1k,10k,100k."),
    ] = None,
    videos: Annotated[
        str | None, typer.Option(metavar="LIST", help="Videos a day to look at.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(metavar="PERCENT", help="Growth a month of both, such as 20; see --months."),
    ] = None,
    months: Annotated[
        int | None, typer.Option(help="Months to grow at the --rate; 12 when it is left out.")
    ] = None,
    goal: Annotated[
        float | None,
        typer.Option(
            help="USD a month that the largest loads may cost: where they cost more, settings"
            " are proposed. 600 when it is left out, 0 for no goal.",
        ),
    ] = None,
    config: Config = None,
    load: LoadText = None,
    output_format: Format = "text",
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what a stack costs as users and videos grow, what grows most, and where a cap is hit."""
    from buylink.planning.growth.growth import growth as grow
    from buylink.planning.growth.loads import GOAL, Asked
    from buylink.reports import growth as growth_report

    with _replanning(stack, config, load, output_format, out, cwd) as (running, begin, write):
        asked = Asked(users=users, videos=videos, rate=_percent(rate), months=months)
        courses = asked.courses(declared_load(running))
        most = Decimal(GOAL if goal is None else str(goal))
        if not most.is_finite() or most < 0:
            fail(ExitCode.WRONG_USAGE, [f"--goal: expected USD a month, got {goal}"])
        write(growth_report.document(grow(running, courses, most or None, begin)))


def _percent(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        expected = "--rate: expected percent a month such as 20 or -5"
        fail(ExitCode.WRONG_USAGE, [f"{expected}, got {text!r}"])


def options(
    stack: Annotated[str, typer.Argument(help="The stack that shall be cheaper.")],
    config: Config = None,
    load: LoadText = None,
    output_format: Format = "text",
    out: Out = None,
    cwd: Project = None,
) -> None:
    """Say what would make a stack cheaper, or dearer: each change really previewed and priced."""
    from buylink.planning.options.options import options as find
    from buylink.reports import options as options_report

    with _replanning(stack, config, load, output_format, out, cwd) as (running, begin, write):
        write(options_report.document(find(running, (), begin)))


@contextmanager
def _replanning(
    stack: str,
    config: list[str] | None,
    load: str | None,
    output_format: str,
    out: Path | None,
    cwd: Path | None,
) -> Generator[tuple[Replanner, Progress, Callable[[Document], None]]]:
    """What both commands work with: the stack, the bars of its previews, and the output."""
    with (
        output(out, output_format) as write,
        replanner(stack, config or [], load, cwd) as (running, begin),
    ):
        yield running, begin, write


@contextmanager
def replanner(
    stack: str, config: list[str], load: str | None, cwd: Path | None
) -> Generator[tuple[Replanner, Progress]]:
    """Starts the program and the pack once; ends the command with what is wrong.

    With it comes what shows a bar of so many previews, and returns what advances it.
    """
    from buylink.planning.replan import PlanFailedError
    from buylink.projects import project

    with input_errors(), ExitStack() as bars:
        overridden = _overridden(project.find(cwd), stack, config, load)

        def begin(number: int) -> Callable[[], None]:
            bars.close()  # of an earlier search
            started, advance = bars.enter_context(progress(number, "previewing"))
            started()
            return advance

        try:
            with overridden as running:
                yield running, begin
        except PlanFailedError as error:
            fail(ExitCode.FAILED, [error])


def declared_load(stack: Replanner) -> Load:
    """The load of its settings."""
    from buylink.costs.usage.load import Load

    load = stack.settings().load
    return Load(load.users, load.videos_per_day)


def _overridden(folder: Path, stack: str, config: list[str], load: str | None) -> Replanner:
    """Known to be valid, and to be in a region with prices, before any program is started."""
    from buylink.costs.prices.book import packaged
    from buylink.costs.usage.load import LoadOverride
    from buylink.planning.change import load_changes
    from buylink.planning.replan import Replanner

    declared_stack = Replanner(folder, stack, config)
    packaged().in_region(declared_stack.settings().region)
    if load is None:
        return declared_stack
    declared = declared_load(declared_stack)
    changes = load_changes(declared, LoadOverride.parse(load).applied_to(declared))
    return Replanner(folder, stack, [*config, *(change.override for change in changes)])
