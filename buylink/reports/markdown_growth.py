"""What growth costs as markdown."""

from __future__ import annotations

from collections.abc import Iterable

from buylink.planning.growth_result import Growth, Series
from buylink.reports import wording
from buylink.reports.markdown import escaped, folded, table
from buylink.reports.text_growth import cells, goal_lines, headings, notes


def render(found: Growth) -> str:
    """A table for each way to grow; the goals; notes folded."""
    lines = [f"## Growth of {escaped(wording.printable(found.stack))}", ""]
    lines += [f"USD a month in {found.region}; declared: {found.declared}.", ""]
    for series in found.series:
        lines += [f"### {escaped(series.about)}", "", *rows(series), ""]
        told = [it for point in series.points for it in notes(series, point)]
        if told:
            lines += [*folded("what grows, and what is hit", _listed(told)), ""]
    for goal in found.goals:
        first, *rest = goal_lines(goal)
        lines += [f"**{escaped(first)}**", "", *_listed(it.strip() for it in rest), ""]
    return "\n".join(lines).rstrip() + "\n"


def rows(series: Series) -> list[str]:
    """A series as a table."""
    figures = len(headings(series))
    return table(headings(series), [cells(series, it) for it in series.points], figures=figures)


def _listed(texts: Iterable[str]) -> list[str]:
    return [f"- {escaped(wording.printable(it))}" for it in texts]
