"""A new price book from AWS's Price List API, and what changed in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from importlib import resources
from typing import Final, NotRequired, Protocol, TypedDict

import yaml

from buylink.costs.prices.book import (
    EDGES,
    BookFile,
    Entry,
    Meter,
    PriceBook,
    TierEntry,
    checksum,
)
from buylink.errors import BuylinkError

API_REGION: Final = "us-east-1"
"""One of the few that have the API; its answers are of all regions."""


class PriceListError(BuylinkError):
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


class Paginator(Protocol):
    """What boto3 gives for `get_products`: pages of products, each as JSON."""

    def paginate(self, **filters: object) -> Iterable[Mapping[str, list[str]]]: ...


class PricingClient(Protocol):
    """What is used of boto3's client of the Price List API."""

    def get_paginator(self, operation_name: str, /) -> Paginator: ...


class Dimension(TypedDict):
    """A tier of a product's price, as the API has it."""

    unit: str
    beginRange: str
    endRange: str
    pricePerUnit: Mapping[str, str]


class Offer(TypedDict):
    """A term of a product, as the API has it."""

    priceDimensions: Mapping[str, Dimension]


class Attributes(TypedDict):
    """What the API says a product is, and its attributes by name."""

    sku: str
    attributes: Mapping[str, str]


class Item(TypedDict):
    """A product, as the API has it."""

    product: Attributes
    publicationDate: str
    terms: NotRequired[Mapping[str, Mapping[str, Offer]]]


def products(client: PricingClient, service: str, filters: Mapping[str, str]) -> list[Product]:
    """All pages of what matches all filters; raises botocore's ClientError, PriceListError.

    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
    """
    wanted = [
        {"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()
    ]
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=service, Filters=wanted, FormatVersion="aws_v1"
    )
    return [
        product
        for page in pages
        for text in page["PriceList"]
        if (product := _product(json.loads(text))) is not None
    ]


def _product(item: Item) -> Product | None:
    """None for a product that can't be bought on demand."""
    sku = str(item["product"]["sku"])
    attributes = item["product"]["attributes"]
    offers = list(item.get("terms", {}).get("OnDemand", {}).values())
    if not offers:
        return None
    if len(offers) > 1:
        raise PriceListError(f"{sku}: expected one offer on demand, got {len(offers)}")
    dimensions = list(offers[0]["priceDimensions"].values())
    units = {dimension["unit"] for dimension in dimensions}
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


def _tiers(sku: str, dimensions: Iterable[Dimension]) -> tuple[tuple[Decimal | None, Decimal], ...]:
    try:
        ordered = sorted(dimensions, key=lambda dimension: Decimal(dimension["beginRange"]))
        return tuple(
            (
                None if dimension["endRange"] == "Inf" else Decimal(dimension["endRange"]),
                Decimal(dimension["pricePerUnit"]["USD"]),
            )
            for dimension in ordered
        )
    except (InvalidOperation, KeyError) as error:
        raise PriceListError(f"{sku}: expected a price in USD by ranges, got {error}") from None


UNLIKELY: Final = 5
"""A price that is so many times another is of another unit, sooner than a new price."""


PREFIXES: Final = {
    "us-east-1": ("", "USE1-"),
    "us-west-2": ("USW2-",),
    "eu-west-1": ("EU-", "EUW1-"),
    "ap-southeast-1": ("APS1-",),
    "ap-northeast-1": ("APN1-",),
    "ap-south-1": ("APS3-",),
    "sa-east-1": ("SAE1-",),
}
"""What stands before a usage type. https://docs.aws.amazon.com/global-infrastructure/latest/regions/"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A price that isn't what it was."""

    region: str
    meter: Meter
    before: Decimal
    after: Decimal


@dataclass
class Refreshed:
    """The entries of a new book; what changed, was confirmed, and could not be read."""

    entries: list[Entry]
    as_of: str
    changed: list[Changed] = field(default_factory=list[Changed])
    confirmed: int = 0
    problems: list[str] = field(default_factory=list[str])

    @property
    def kept(self) -> int:
        """Entries that the API wasn't asked for, with their old date."""
        return len(self.entries) - self.confirmed - len(self.changed) - len(self.problems)

    def document(self, about: str, source: str) -> BookFile:
        """The file of the new book."""
        return {
            "version": 1,
            "asOf": self.as_of,
            "currency": "USD",
            "about": about,
            "source": source,
            "checksum": checksum(self.entries),
            "entries": self.entries,
        }


def refresh(book: PriceBook, client: PricingClient) -> Refreshed:
    """Reads what skus.yaml knows, for every region of the book.

    A meter without exactly one likely product keeps its price and is a problem. Raises botocore's
    ClientError: then there is no new book.
    """
    entries = [entry.copy() for entry in book.entries]
    refreshed = Refreshed(entries, book.as_of)
    by_place = {(entry["region"], entry["service"], entry["meter"]): entry for entry in entries}
    for group in _groups():
        for region in EDGES:
            filters = {"regionCode": region, **group["filters"]}
            try:
                offered = products(client, group["service"], filters)
            except PriceListError as error:
                refreshed.problems.append(f"{region}, {group['service']}: {error}")
                continue
            for meter, sku in _meters(group):
                entry = by_place[region, meter.service, meter.name]
                _update(entry, region, meter, _matching(offered, sku, region), refreshed)
    return refreshed


class Group(TypedDict):
    """The meters that one question to the API answers, as skus.yaml has them."""

    service: str
    filters: Mapping[str, str]
    meters: Mapping[str, Mapping[str, str]]
    """By `service: meter`, the usage type, and the operation where it needs one."""


def _groups() -> list[Group]:
    text = resources.files("buylink.costs.prices").joinpath("skus.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def _meters(group: Group) -> Iterator[tuple[Meter, Mapping[str, str]]]:
    for name, sku in group["meters"].items():
        service, _, meter = name.partition(": ")
        yield Meter(service, meter), sku


def _matching(offered: list[Product], sku: Mapping[str, str], region: str) -> list[Product]:
    """A usage type has its region before it: `USW2-` in most services, `us-west-2-` in some."""
    names = {f"{prefix}{sku['usagetype']}" for prefix in (*PREFIXES[region], f"{region}-")}
    operation = sku.get("operation")
    return [
        product
        for product in offered
        if product.usagetype in names and operation in (None, product.operation)
    ]


def _update(
    entry: Entry, region: str, meter: Meter, matching: list[Product], refreshed: Refreshed
) -> None:
    if len(matching) != 1:
        got = ", ".join(product.sku for product in matching) or "none"
        refreshed.problems.append(f"{region}, {meter}: expected one product, got {got}: price kept")
        return
    if "price" not in entry:
        refreshed.problems.append(f"{region}, {meter}: expected a price in the book, got none")
        return
    product = matching[0]
    # The free tier stands in some lists as a first tier at 0: it is an option here.
    paid = [tier for tier in product.tiers if tier[1]]
    before, after = Decimal(entry["price"]), paid[0][1] if paid else Decimal(0)
    if not before / UNLIKELY < after < before * UNLIKELY:
        refreshed.problems.append(
            f"{region}, {meter}: expected about {before} per {entry['unit']}, got {after} per"
            f" {product.unit} of {product.sku}: price kept"
        )
        return
    entry["price"] = f"{after.normalize():f}"
    entry["asOf"] = product.published
    entry["confidence"] = "high"
    entry.pop("tiers", None)
    if len(paid) > 1:
        entry["tiers"] = [
            TierEntry(upTo=None if up_to is None else f"{up_to:f}", price=f"{price.normalize():f}")
            for up_to, price in paid
        ]
    refreshed.as_of = max(refreshed.as_of, product.published)
    if after == before:
        refreshed.confirmed += 1
    else:
        refreshed.changed.append(Changed(region=region, meter=meter, before=before, after=after))
