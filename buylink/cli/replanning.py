"""A stack to be planned many times, for the commands that need one."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from buylink.cli.shared import costs_errors, fail, settings_errors
from buylink.exit_codes import ExitCode

if TYPE_CHECKING:
    from buylink.costs.usage.load import Load
    from buylink.planning.replan import Replanner

Begin = Callable[[int], Callable[[], None]]
"""Shows a bar of so many previews, and returns what advances it."""


@contextmanager
def replanner(
    stack: str, config: list[str], load: str | None, cwd: Path | None
) -> Generator[tuple[Replanner, Begin]]:
    """Starts the program and the pack once; ends the command with what is wrong."""
    from buylink import project
    from buylink.planning.replan import PlanFailedError
    from buylink.reports.progress import progress

    with costs_errors(), settings_errors(), ExitStack() as bars:
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

    found = Replanner(folder, stack, config)
    packaged().in_region(found.settings().region)
    if load is None:
        return found
    declared = declared_load(found)
    changes = load_changes(declared, LoadOverride.parse(load).applied_to(declared))
    return Replanner(folder, stack, [*config, *(it.override for it in changes)])
