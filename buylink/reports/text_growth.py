"""What growth costs, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.planning.growth.result import Cap, Goal, Growth, Point, Series
from buylink.reports import money, wording
from buylink.reports.trimmed import trimmed

Note = tuple[str, str]
"""What sort of note, and its text."""


def show(found: Growth, console: Console) -> None:
    """Each way to grow: the bill by load, then what grows, what the load needs, what it hits."""
    with trimmed(console):
        heading = f"{found.stack} in {found.region}, USD a month; declared: {found.declared}"
        console.print(Text(wording.printable(heading), "bold"))
        for series in found.series:
            console.print()
            console.print(Text(series.about, "bold"))
            console.print(_table(series))
            console.print(_labelled(notes(series)))
        for goal in found.goals:
            first, *rest = goal_notes(goal)
            console.print()
            console.print(Text(f"{first[0]}: {first[1]}", "bold"))
            console.print(_labelled(rest))


def _labelled(lines: Iterable[Note]) -> Table:
    """Each text beside its label, so that it is seen where one ends."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for label, text in lines:
        table.add_row(f"  {label}", Text(wording.printable(text)))
    return table


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
    return money.usd(amount) if amount >= 1 else f"${amount:.4f}"


def notes(series: Series) -> Iterator[Note]:
    """What is to be said beside the bills: each cap once, where it is first hit."""
    for point in series.points:
        if point.growing:
            lines = (f"{it.meter} of {it.resource} {money.signed(it.more)}" for it in point.growing)
            yield "grows", f"{_place(series, point)}: {'; '.join(lines)}"
    for point in series.points:
        for it in point.adjustments:
            change = f"{it.change.override}, now {it.change.before}"
            yield "needs", f"{_place(series, point)}: {change}: {it.why}"
    for point, cap in first_caps(series):
        yield "cap", f"from {_place(series, point)}: {cap.name}: {short(cap)}"
        yield "", cap.then
    for point in series.points:
        yield from (("warning", f"{_place(series, point)}: {it}") for it in point.estimate.warnings)


def first_caps(series: Series) -> Iterator[tuple[Point, Cap]]:
    """Where each cap is hit first."""
    seen: set[str] = set()
    for point in sorted(series.points, key=lambda it: it.total.typical):
        for cap in point.caps:
            if cap.name not in seen:
                seen.add(cap.name)
                yield point, cap


def short(cap: Cap) -> str:
    """Its first sentence: a policy's message goes on with the dearest lines."""
    return cap.what.split(". ")[0].rstrip(".")


def _place(series: Series, point: Point) -> str:
    if series.name == "months":
        return f"month {point.month}"
    users, videos = f"{point.load.users:,} users", f"{point.load.videos_per_day:,} videos"
    return {"users": users, "videos": videos}.get(series.name, f"{users}, {videos}")


def goal_notes(goal: Goal) -> Iterator[Note]:
    """Whether a goal is met, by what, and what is past a cap even so."""
    verdict = "met" if goal.met else "not met"
    yield f"{goal.load} for at most {money.unit_price(goal.limit)} a month", verdict
    yield "why", goal.why
    yield from (("change", f"{it.override}  (now {it.before})") for it in goal.changes)
    yield from (("needs", f"{it.change.override}: {it.why}") for it in goal.adjustments)
    yield from (("cap", f"{it.name}: {short(it)}") for it in goal.caps)
