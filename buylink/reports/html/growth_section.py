"""Growth in a report: a curve for each series, the caps on it, and whether goals are met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from buylink.planning.growth.result import Goal, Growth, Point, Series
from buylink.reports import money
from buylink.reports.cells import Cells
from buylink.reports.html.section import Chart, Section
from buylink.reports.html.shapes import band
from buylink.reports.wording import printable

_TITLES = {
    "users": "as users grow",
    "videos": "as videos grow",
    "together": "as both grow",
    "months": "month by month",
}


def section(growth: Growth) -> Section:
    """The bill at larger loads, and where that ends."""
    drawn = [it for it in growth.series if it.points]
    behind = (table for it in drawn for table in (_beyond(it), _growing(it)))
    return Section(
        id="growth",
        title="What growth costs",
        lines=(
            f"Declared: {growth.declared}, {money.usd(growth.current.total.typical)} a month.",
            *(printable(_goal(it)) for it in growth.goals),
        ),
        charts=tuple(_chart(it) for it in drawn),
        tables=tuple(_table(it) for it in drawn),
        folded=tuple(it for it in behind if it.rows),
    )


def _goal(goal: Goal) -> str:
    limit, met = money.usd(goal.limit), "met" if goal.met else "not met"
    return (
        f"Goal: {goal.load} for at most {limit} a month: {met} at "
        f"{money.usd(goal.proposed.typical)} ({money.usd(goal.as_declared.typical)} as declared): "
        f"{goal.why}"
    )


def _place(series: Series, point: Point) -> int:
    match series.name:
        case "videos":
            return point.load.videos_per_day
        case "months":
            return point.month or 0
        case _:
            return point.load.users


def _chart(series: Series) -> Chart:
    x = [_place(series, it) for it in series.points]
    data: list[dict[str, Any]] = band(x, [it.total for it in series.points], "the bill")
    past = [it for it in series.points if it.caps]
    if past:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "past a cap",
                "x": [_place(series, it) for it in past],
                "y": [float(it.total.typical) for it in past],
                "marker": {"color": "--bad", "symbol": "x", "size": 11},
                "hovertext": [", ".join(cap.name for cap in it.caps) for it in past],
                "hovertemplate": "%{x}: $%{y:,.2f}, past %{hovertext}<extra></extra>",
            }
        )
    unit = {"videos": "videos a day", "months": "month"}.get(series.name, "users")
    across = {} if series.name == "months" or 0 in x else {"type": "log", "dtick": 1}
    return Chart(
        id=f"growth-{series.name}",
        about=f"USD a month {_TITLES[series.name]}: {series.about}. The line is typical, the band "
        "reaches from low to high, a cross is past a cap.",
        data=data,
        layout={
            "xaxis": {"title": {"text": unit}, "tickformat": ",", **across},
            "yaxis": {"tickprefix": "$", "tickformat": ",", "rangemode": "tozero"},
        },
    )


def _table(series: Series) -> Cells:
    heading = ("users", "videos a day", "low", "typical", "high", "for each user")
    rows = [
        (
            f"{it.load.users:,}",
            f"{it.load.videos_per_day:,}",
            *money.cells(it.total),
            "" if it.per_user is None else f"${money.quantity(it.per_user.typical)}",
        )
        for it in series.points
    ]
    if series.name == "months":
        heading = ("month", *heading)
        rows = [(str(it.month), *row) for it, row in zip(series.points, rows, strict=True)]
    return Cells(f"the bill {_TITLES[series.name]}", heading, tuple(rows), len(heading))


def _growing(series: Series) -> Cells:
    rows = tuple(
        (str(point.load), printable(it.resource), it.meter, money.signed(it.more))
        for point in series.points
        for it in point.growing
    )
    heading = ("load", "resource", "meter", "more a month")
    return Cells(f"lines that grow most {_TITLES[series.name]}", heading, rows, 1)


def _beyond(series: Series) -> Cells:
    rows = tuple(row for point in series.points for row in _changes(point))
    heading = ("load", "what", "found", "do")
    return Cells(f"caps and settings {_TITLES[series.name]}", heading, rows, 0)


def _changes(point: Point) -> Iterable[tuple[str, ...]]:
    load = str(point.load)
    for it in point.caps:
        yield load, f"past {it.name}", printable(it.what), printable(it.then)
    for it in point.adjustments:
        yield load, "needs a setting", printable(it.why), printable(it.change.override)
