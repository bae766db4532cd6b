"""Economics in a report: unit costs, and revenue against cost month by month."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from buylink.planning.economics.result import Economics, Period
from buylink.reports import economics_tables as tables
from buylink.reports.html.section import Chart, Headline, Section
from buylink.reports.html.shapes import band
from buylink.reports.wording import printable


def section(found: Economics) -> Section:
    """The summary, unit costs, months, what pays back, what is assumed and what words mean."""
    shown = (tables.units(found), tables.months(found), tables.paybacks(found))
    behind = (tables.assumptions(found), tables.definitions(found))
    return Section(
        id="economics",
        title="What it means for the business",
        lines=tuple(printable(it) for it in (*tables.summary(found), *tables.notes(found))),
        charts=(_chart(found.periods),) if found.periods else (),
        tables=tuple(it for it in shown if it.rows),
        folded=tuple(it for it in behind if it.rows),
    )


def headlines(found: Economics) -> Iterable[Headline]:
    """The margin now, and where revenue covers cost."""
    now, even = found.now, found.break_even
    if now.profit is not None:
        yield Headline(
            name="margin now",
            figure=tables.margin(now.margin),
            about=f"at {found.users:,.0f} users",
            good=now.profit >= 0,
        )
    if even is not None:
        users = "never" if even.users is None else f"{even.users:,} users"
        yield Headline(name="break-even", figure=users, about=printable(even.reason))


def _chart(periods: tuple[Period, ...]) -> Chart:
    labels = [it.label for it in periods]
    data: list[dict[str, Any]] = band(labels, [it.cost for it in periods], "cost")
    if all(it.revenue is not None for it in periods):
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "revenue",
                "x": labels,
                "y": [float(it.revenue or Decimal(0)) for it in periods],
                "line": {"color": "--series-2", "dash": "dash"},
                "hovertemplate": "%{x}: $%{y:,.2f} revenue<extra></extra>",
            }
        )
    return Chart(
        id="economics",
        about="Revenue (dashed) and cost (solid, with its low and high as a band), USD a month, "
        "month by month. Where the lines cross, revenue covers cost.",
        data=data,
        layout={
            "xaxis": {"title": {"text": "month"}, "type": "category"},
            "yaxis": {"tickprefix": "$", "tickformat": ",", "rangemode": "tozero"},
        },
    )
