"""Economics for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.planning.economics.result import Economics
from buylink.reports import economics_tables as tables
from buylink.reports.cells import Cells
from buylink.reports.trimmed import trimmed
from buylink.reports.wording import printable


def show(found: Economics, console: Console) -> None:
    """The summary, what one of each costs, month by month, what pays back, what is assumed."""
    with trimmed(console):
        console.print(Text(printable(found.name), style="bold"))
        for line in (*tables.summary(found), *tables.notes(found)):
            console.print(Text(f"  {printable(line)}"))
        shown = (
            tables.units(found),
            tables.months(found),
            tables.paybacks(found),
            tables.assumptions(found),
        )
        for cells in (it for it in shown if it.rows):
            console.print()
            console.print(_table(cells))


def _table(cells: Cells) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    words = len(cells.heading) - cells.figures
    for number, heading in enumerate(cells.heading):
        right = number >= words
        table.add_column(
            f"  {heading}" if number == 0 else heading,
            justify="right" if right else "left",
            no_wrap=right or number == 0,
            overflow="fold",
        )
    for row in cells.rows:
        table.add_row(*(Text(f"  {it}" if n == 0 else it) for n, it in enumerate(row)))
    return table
