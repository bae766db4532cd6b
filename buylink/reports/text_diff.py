"""What a change costs, for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.costs.difference import CostChange, Difference
from buylink.reports import money, wording
from buylink.reports.trimmed import trimmed

MARKS = {"added": "+", "removed": "-", "changed": "~"}
STYLES = {"added": "red", "removed": "green", "changed": "yellow"}


def show(found: Difference, names: tuple[str, str], console: Console) -> None:
    """The greatest change first; then the totals."""
    with trimmed(console):
        if found.changes:
            console.print(_table(found, names))
        before, after = found.before.total, found.after.total
        for line in (
            f"{money.usd(before.typical)} to {money.usd(after.typical)} a month: "
            f"{money.signed(found.typical)} ({money.span(before)}, then {money.span(after)})",
            wording.unchanged(found),
            *wording.left_out_of(found),
        ):
            console.print(Text(f"  {wording.printable(line)}"))


def _table(found: Difference, names: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("USD a month", overflow="fold", ratio=1)
    for heading in (*names, "change"):
        table.add_column(Text(wording.printable(heading)), justify="right", no_wrap=True)
    for change in found.changes:
        table.add_row(*_row(change))
    return table


def _row(change: CostChange) -> tuple[Text, str, str, str]:
    style = STYLES[change.status]
    name = Text(f"{MARKS[change.status]} {wording.printable(change.name)}", style=style)
    name.append(f"  {change.type.rsplit(':', 1)[-1]}", "dim")
    amounts = (money.usd(it.typical) if it else "" for it in (change.before, change.after))
    before, after = amounts
    return name, before, after, money.signed(change.typical)
