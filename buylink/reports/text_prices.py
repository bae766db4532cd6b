"""The price book of a region, for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from buylink.costs.prices.book import Price, RegionalPrices
from buylink.reports import money
from buylink.reports.trimmed import trimmed


def show(prices: RegionalPrices, service: str | None, console: Console) -> None:
    """Service by service: each meter's price, its unit, its date and how sure it is."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(f"{prices.region}, USD before tax", overflow="fold", ratio=1)
    table.add_column("price", justify="right", no_wrap=True)
    table.add_column("per", overflow="fold")
    table.add_column("as of", no_wrap=True)
    table.add_column("sure", no_wrap=True)
    for name in prices.services() if service is None else [service]:
        table.add_row(Text(name, style="bold"))
        for price in prices.of_service(name):
            table.add_row(*_row(price))
    with trimmed(console):
        console.print(table)


def _row(price: Price) -> tuple[Text, str, str, str, str]:
    tiers = f" (and {len(price.tiers) - 1} cheaper tiers)" if len(price.tiers) > 1 else ""
    name = Text(f"  {price.meter.name}{tiers}")
    return name, money.unit_price(price.first), price.unit, price.as_of, price.confidence
