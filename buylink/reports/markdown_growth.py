"""What growth costs as markdown."""

from __future__ import annotations

from collections.abc import Iterable

from buylink.planning.growth.result import Growth, Series
from buylink.reports import wording
from buylink.reports.markdown import escaped, folded, table
from buylink.reports.text_growth import Note, cells, goal_notes, headings, notes


def render(found: Growth) -> str:
    """A table for each way to grow, its notes folded; then the goals."""
    lines = [f"## Growth of {escaped(wording.printable(found.stack))}", ""]
    lines += [f"USD a month in {found.region}; declared: {found.declared}.", ""]
    for series in found.series:
        lines += [f"### {escaped(series.about)}", "", *rows(series)]
        lines += [*folded("what grows, what it needs, what it hits", _listed(notes(series))), ""]
    for goal in found.goals:
        (what, verdict), *rest = goal_notes(goal)
        lines += [f"**{escaped(what)}: {verdict}**", "", *_listed(rest), ""]
    return "\n".join(lines).rstrip() + "\n"


def rows(series: Series) -> list[str]:
    """A series as a table."""
    figures = len(headings(series))
    return table(headings(series), [cells(series, it) for it in series.points], figures=figures)


def _listed(given: Iterable[Note]) -> list[str]:
    """Of a note without a label, the text goes on with the one before."""
    lines: list[str] = []
    for label, text in given:
        shown = escaped(wording.printable(text))
        if label:
            lines.append(f"- {label}: {shown}")
        else:
            lines[-1] += f". {shown}"
    return lines
