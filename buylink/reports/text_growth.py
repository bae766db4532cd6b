"""What growth costs, for people."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.planning.growth_result import Goal, Growth, Point, Series
from buylink.reports import money, wording
from buylink.reports.trimmed import trimmed


def show(found: Growth, console: Console) -> None:
    """Each way to grow: the bill by load, then what grows, what the load needs, what it hits."""
    with trimmed(console):
        heading = f"{found.stack} in {found.region}, USD a month; declared: {found.declared}"
        console.print(Text(wording.printable(heading), "bold"))
        for series in found.series:
            console.print()
            console.print(Text(series.about, "bold"))
            console.print(_table(series))
            for point in series.points:
                for line in notes(series, point):
                    console.print(Text(f"  {wording.printable(line)}"))
        for goal in found.goals:
            console.print()
            for line in goal_lines(goal):
                console.print(Text(wording.printable(line)))


def _table(series: Series) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings(series):
        table.add_column(heading, justify="right", no_wrap=True)
    for point in series.points:
        table.add_row(*cells(series, point))
    return table


def headings(series: Series) -> list[str]:
    """The columns of a series' table."""
    month = ["month"] if series.name == "months" else []
    return [*month, "users", "videos a day", "low", "typical", "high", "per user", "caps"]


def cells(series: Series, point: Point) -> list[str]:
    """A point's row: `caps` counts what it is past."""
    month = [str(point.month)] if series.name == "months" else []
    each = "" if point.per_user is None else per_user(point.per_user.typical)
    load = [f"{point.load.users:,}", f"{point.load.videos_per_day:,}"]
    return [*month, *load, *money.cells(point.total), each, str(len(point.caps) or "")]


def per_user(amount: Decimal) -> str:
    """A tenth of a cent counts here: `$1.737`, `$0.0019`."""
    digits = 2 if amount >= 1 else 4
    return f"${amount:.{digits}f}"


def notes(series: Series, point: Point) -> Iterator[str]:
    """What is to be said of a point beside its bill."""
    at = f"month {point.month}" if series.name == "months" else str(point.load)
    if point.growing:
        lines = (f"{it.meter} of {it.resource} {money.signed(it.more)}" for it in point.growing)
        yield f"{at}: grows most: {'; '.join(lines)}"
    for it in point.adjustments:
        yield f"{at}: needs {it.change.override} (now {it.change.before}): {it.why}"
    for cap in point.caps:
        asked = f" (as at {cap.asked_at})" if cap.asked_at else ""
        yield f"{at}: past {cap.name}: {cap.what}{asked}. {cap.then}"
    yield from (f"{at}: {it}" for it in point.estimate.warnings)


def goal_lines(goal: Goal) -> Iterator[str]:
    """Whether a goal is met, by what, and what is past a cap even so."""
    verdict = "met" if goal.met else "not met"
    yield f"{goal.load} for at most {money.unit_price(goal.limit)} a month: {verdict}"
    yield f"  {goal.why}"
    if goal.changes:
        yield f"  as declared it would be {money.usd(goal.as_declared.typical)}; change"
    yield from (f"    {it.override}  (now {it.before})" for it in goal.changes)
    yield from (f"    {it.change.override}  ({it.why})" for it in goal.adjustments)
    yield from (f"  past {it.name}: {it.what}" for it in goal.caps)
