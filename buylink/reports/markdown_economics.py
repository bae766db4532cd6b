"""Economics as markdown, for a pull request or a page."""

from __future__ import annotations

from buylink.planning.economics.result import Economics
from buylink.reports import economics_tables as tables
from buylink.reports.cells import Cells
from buylink.reports.markdown import escaped, folded, table
from buylink.reports.wording import printable


def render(found: Economics) -> str:
    """The summary and unit costs, then the months, and folded what is assumed and defined."""
    lines = [f"## Economics of {escaped(printable(found.name))}", ""]
    lines += [
        f"- {escaped(printable(it))}" for it in (*tables.summary(found), *tables.notes(found))
    ]
    for cells in (tables.units(found), tables.months(found), tables.paybacks(found)):
        if cells.rows:
            lines += ["", *_table(cells)]
    for cells in (tables.assumptions(found), tables.definitions(found)):
        lines += folded(cells.name, _table(cells))
    return "\n".join(lines) + "\n"


def _table(cells: Cells) -> list[str]:
    rows = (tuple(escaped(it) for it in row) for row in cells.rows)
    return table(cells.heading, rows, figures=cells.figures)
