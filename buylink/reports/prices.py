"""The price book of a region, service by service."""

from __future__ import annotations

from buylink.costs.prices.book import Price, RegionalPrices
from buylink.reports import money
from buylink.reports.document import Column, Document, Row, Span, Table


def document(prices: RegionalPrices, service: str | None) -> Document:
    """Each meter's price, its unit, its date and how sure it is; of all services for None."""
    columns = (
        Column(f"{prices.region}, USD before tax"),
        Column("price", "figure"),
        Column("per"),
        Column("as of", "word"),
        Column("sure", "word"),
    )
    rows: list[Row] = []
    for name in prices.services() if service is None else [service]:
        rows.append(Row((Span(name, "strong"),)))
        rows += [_row(price) for price in prices.of_service(name)]
    return Document(
        id="prices",
        title=f"Prices in {prices.region}",
        topic="What each meter costs",
        blocks=(Table("prices", columns, tuple(rows)),),
    )


def _row(price: Price) -> Row:
    tiers = f" (and {len(price.tiers) - 1} cheaper tiers)" if len(price.tiers) > 1 else ""
    name = f"{price.meter.name}{tiers}"
    cells = (name, money.unit_price(price.first), price.unit, price.as_of, price.confidence)
    return Row(cells, level=1)
