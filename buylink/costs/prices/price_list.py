"""AWS's Price List API: the products of a service in a region, and what each costs on demand.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

API_REGION: Final = "us-east-1"
"""One of the few that have the API; its answers are of all regions."""


class PriceListError(Exception):
    """An answer that can't be used. The message says which product, what was expected and got."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product on demand; `tiers` are (up to, USD), where None is no limit."""

    sku: str
    usagetype: str
    operation: str
    unit: str
    tiers: tuple[tuple[Decimal | None, Decimal], ...]
    published: str
    """The date of the price list, as YYYY-MM-DD."""


def products(client: Any, service: str, filters: Mapping[str, str]) -> list[Product]:
    """All pages of what matches all filters; raises botocore's ClientError, PriceListError."""
    wanted = [
        {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()
    ]
    pages: Iterable[Mapping[str, Any]] = client.get_paginator("get_products").paginate(
        ServiceCode=service, Filters=wanted, FormatVersion="aws_v1"
    )
    return [
        product
        for page in pages
        for text in page["PriceList"]
        if (product := _product(json.loads(text))) is not None
    ]


def _product(item: Mapping[str, Any]) -> Product | None:
    """None for a product that can't be bought on demand."""
    sku = str(item["product"]["sku"])
    attributes = item["product"]["attributes"]
    offers = list(item.get("terms", {}).get("OnDemand", {}).values())
    if not offers:
        return None
    if len(offers) > 1:
        raise PriceListError(f"{sku}: expected one offer on demand, got {len(offers)}")
    dimensions = list(offers[0]["priceDimensions"].values())
    units = {it["unit"] for it in dimensions}
    if len(units) != 1:
        raise PriceListError(f"{sku}: expected one unit, got {', '.join(sorted(units)) or 'none'}")
    return Product(
        sku=sku,
        usagetype=str(attributes.get("usagetype", "")),
        operation=str(attributes.get("operation", "")),
        unit=units.pop(),
        tiers=_tiers(sku, dimensions),
        published=str(item["publicationDate"])[:10],
    )


def _tiers(
    sku: str, dimensions: Iterable[Mapping[str, Any]]
) -> tuple[tuple[Decimal | None, Decimal], ...]:
    try:
        ordered = sorted(dimensions, key=lambda it: Decimal(it["beginRange"]))
        return tuple(
            (
                None if it["endRange"] == "Inf" else Decimal(it["endRange"]),
                Decimal(it["pricePerUnit"]["USD"]),
            )
            for it in ordered
        )
    except (InvalidOperation, KeyError) as error:
        raise PriceListError(f"{sku}: expected a price in USD by ranges, got {error}") from None
