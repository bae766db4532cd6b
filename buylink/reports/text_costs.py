"""A bill for people."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.quantity import Range, total
from buylink.reports import money, wording
from buylink.reports.trimmed import trimmed

NARROW = 90
"""Columns of a screen: on less, quantity and unit price get a line of their own."""


def show(estimate: Estimate, console: Console) -> None:
    """Component by component, what each resource costs; then the sums, and what is left out."""
    with trimmed(console):
        console.print(_lines(estimate, narrow=console.width < NARROW))
        console.print()
        console.print(_services(estimate))
        console.print()
        console.print(_sums(estimate))
        for text in (
            *wording.left_out(estimate),
            *wording.basis(estimate),
            *wording.reasons(estimate),
        ):
            console.print(Text(f"  {wording.printable(text)}"))


def _lines(estimate: Estimate, *, narrow: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    heading = f"{wording.printable(estimate.stack)}, USD a month"
    table.add_column(Text(heading), overflow="fold", ratio=1)
    if not narrow:
        table.add_column("quantity", justify="right", max_width=20)
        table.add_column("unit price", justify="right", no_wrap=True)
    for heading in ("low", "typical", "high"):
        table.add_column(heading, justify="right", no_wrap=True)
    between = () if narrow else ("", "")
    ordered = sorted(estimate.lines, key=_place)
    for component, lines in groupby(ordered, key=lambda line: line.component):
        members = list(lines)
        cells = money.cells(_total(members))
        table.add_row(Text(wording.printable(component), style="bold"), *between, *cells)
        for name, own in groupby(members, key=lambda line: line.name):
            table.add_row(Text(f"  {wording.printable(name)}"))
            for line in own:
                table.add_row(*_row(line, narrow=narrow))
    return table


def _place(line: Line) -> tuple[str, str]:
    return line.component, line.name


def _row(line: Line, *, narrow: bool) -> tuple[Text | str, ...]:
    mark = " (price uncertain)" if line.price.confidence == "low" else ""
    label = Text(f"    {line.price.meter.name}{mark}")
    price = money.unit_price(line.price.first)
    amounts = ("", "by usage", "") if line.monthly is None else money.cells(line.monthly)
    quantity = f"{money.quantity(line.quantity.typical)} {line.price.unit}" if line.quantity else ""
    if narrow:
        of = f"{quantity} at {price}" if quantity else f"{price} per {line.price.unit}"
        label.append(f"\n      {of}")
    if line.monthly is None:
        label.append(f"\n      {wording.printable(line.note)}", "dim")
    return (label, *amounts) if narrow else (label, quantity, price, *amounts)


def _total(lines: Iterable[Line]) -> Range:
    return total(line.monthly for line in lines if line.monthly)


def _services(estimate: Estimate) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("  by service")
    for heading in ("low", "typical", "high"):
        table.add_column(heading, justify="right", no_wrap=True)
    by_service = sorted(estimate.lines, key=lambda line: line.price.meter.service)
    for service, lines in groupby(by_service, key=lambda line: line.price.meter.service):
        table.add_row(Text(f"  {service}"), *money.cells(_total(lines)))
    return table


def _sums(estimate: Estimate) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, amount in (
        ("  being there", estimate.of_kind("baseline")),
        ("  usage", estimate.of_kind("usage")),
        ("  total", estimate.total),
    ):
        style = "bold" if "total" in name else ""
        table.add_row(Text(name, style=style), *money.cells(amount), style=style)
    return table
