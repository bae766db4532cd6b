"""The doctor's findings for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.doctor import Check
from buylink.reports.trimmed import trimmed

NEEDS = {"preview": "for preview and tests", "deploy": "for pulumi up"}


def show(checks: Sequence[Check], console: Console) -> None:
    """A table for each need; the next step stands under what is missing."""
    with trimmed(console):
        _show(checks, console)


def _show(checks: Sequence[Check], console: Console) -> None:
    for need, heading in NEEDS.items():
        table = Table(
            title=heading, title_justify="left", box=None, show_header=False, pad_edge=False
        )
        for check in checks:
            if check.needed_for != need:
                continue
            mark = Text("ok", style="green") if check.fine else Text("missing", style="bold red")
            table.add_row(mark, check.name, check.detail)
            if not check.fine and check.next_step:
                table.add_row("", "", Text(f"do: {check.next_step}"))
        console.print(table)
        console.print()
