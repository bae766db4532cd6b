"""AWS list prices as dated data: one book, and the view of it from one region."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal, NotRequired, TypedDict

from buylink.costs.prices.quantity import Range
from buylink.errors import InputError

Confidence = Literal["high", "medium", "low"]


class TierEntry(TypedDict):
    """A tier as a book's file has it; `upTo` is None for no limit."""

    upTo: str | None
    price: str


class Entry(TypedDict):
    """One price, or one rule with a `value`, as a book's file has it."""

    service: str
    region: str
    meter: str
    unit: str
    asOf: str
    confidence: Confidence
    price: NotRequired[str]
    value: NotRequired[str]
    tiers: NotRequired[list[TierEntry]]
    note: NotRequired[str]


class BookFile(TypedDict):
    """A book's file."""

    version: int
    asOf: str
    currency: str
    about: str
    source: str
    checksum: str
    entries: list[Entry]


EDGES = {
    "us-east-1": "edge: US, Mexico, Canada",
    "us-west-2": "edge: US, Mexico, Canada",
    "eu-west-1": "edge: Europe, Israel",
    "ap-southeast-1": "edge: Hong Kong, Philippines, Asia Pacific",
    "ap-northeast-1": "edge: Japan",
    "sa-east-1": "edge: South America",
    "ap-south-1": "edge: India",
}
"""The regions a book knows, and the CloudFront price area their viewers are taken to be in."""


class PriceError(InputError[str]):
    """A price that is needed and missing. The message names the region and the meter."""


class RegionError(PriceError):
    """A region that the book has no prices for."""


@dataclass(frozen=True, slots=True)
class Meter:
    """What AWS bills by, as the book names it: a service and one of its meters."""

    service: str
    name: str

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"


@dataclass(frozen=True, slots=True)
class Tier:
    """A unit price up to a cumulative quantity a month; `up_to` is None for no limit."""

    up_to: Decimal | None
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs in USD: before tax and discounts, on demand.

    `floats` is set where the price itself is not certain (Fargate Spot): the unit price then
    has a low, a typical and a high, and no tiers.
    """

    meter: Meter
    region: str
    """As seen from there: an edge's or a global price is the same for several."""
    unit: str
    tiers: tuple[Tier, ...]
    as_of: str
    confidence: Confidence
    note: str = ""
    floats: Range | None = None

    @property
    def first(self) -> Decimal:
        """The list unit price: that of the first tier, or the typical one of a floating price."""
        return self.floats.typical if self.floats else self.tiers[0].price

    def floating(self, unit_price: Range) -> Price:
        """The same price, with doubt."""
        return replace(self, floats=unit_price)

    def cost(self, quantity: Range) -> Range:
        """What a month's quantity costs, tier by tier."""
        if self.floats:
            return quantity * self.floats
        return Range(
            self._cost(quantity.low), self._cost(quantity.typical), self._cost(quantity.high)
        )

    def _cost(self, quantity: Decimal) -> Decimal:
        cost, below = Decimal(0), Decimal(0)
        for tier in self.tiers:
            top = quantity if tier.up_to is None else min(quantity, tier.up_to)
            if top > below:
                cost += (top - below) * tier.price
                below = top
        return cost


@dataclass(frozen=True)
class PriceBook:
    """All prices, and rules such as S3's minimum sizes, of one date."""

    as_of: str
    about: str
    source: str
    entries: tuple[Entry, ...] = field(repr=False)

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str, str], Entry]:
        return {
            (entry["region"], entry["service"], entry["meter"]): entry for entry in self.entries
        }

    def price(self, region: str, meter: Meter) -> Price:
        """The price in a region, at its edge or everywhere. Raises PriceError for a hole."""
        entry = self._entry(region, meter)
        price = entry.get("price") if entry else None
        if entry is None or price is None:
            raise PriceError(
                f"no price for {meter} in {region} in the book of {self.as_of}: "
                f"`buylink prices show --region {region}` lists what there is"
            )
        return Price(
            meter=meter,
            region=region,
            unit=entry["unit"],
            tiers=_tiers(entry.get("tiers") or [TierEntry(upTo=None, price=price)]),
            as_of=entry["asOf"],
            confidence=entry["confidence"],
            note=entry.get("note", ""),
        )

    def rule(self, service: str, name: str) -> int:
        """A rule of a service's billing in all regions, such as the smallest size that S3 bills.

        Raises PriceError for one that the book doesn't have.
        """
        entry = self._by_place.get(("all", service, f"rule: {name}"))
        if entry is None or "value" not in entry:
            raise PriceError(f"no rule {name!r} of {service} in the book of {self.as_of}")
        return int(entry["value"])

    def in_region(self, region: str) -> RegionalPrices:
        """What a region's meters cost. Raises RegionError for one the book doesn't have."""
        if region not in EDGES:
            raise RegionError(
                f"region: expected one of {', '.join(sorted(EDGES))}, got {region!r}: "
                f"the book of {self.as_of} has no prices for it"
            )
        return RegionalPrices(self, region)

    def _entry(self, region: str, meter: Meter) -> Entry | None:
        for place in (region, EDGES.get(region, ""), "global", "all"):
            if entry := self._by_place.get((place, meter.service, meter.name)):
                return entry
        return None


@dataclass(frozen=True)
class RegionalPrices:
    """A price book as seen from one region."""

    book: PriceBook
    region: str
    _read: dict[Meter, Price] = field(default_factory=dict[Meter, Price], repr=False)

    def price(self, meter: Meter) -> Price:
        """Raises PriceError when the book has none here."""
        if meter not in self._read:
            self._read[meter] = self.book.price(self.region, meter)
        return self._read[meter]

    def free(self, service: str, name: str) -> Decimal:
        """What is free of a service, a month or a resource. PriceError where nothing is."""
        (tier,) = self.price(Meter(f"Free tier: {service}", name)).tiers
        return tier.up_to or Decimal(0)

    def services(self) -> list[str]:
        """The services that have prices here, by name."""
        return sorted({meter.service for meter in self._meters()})

    def of_service(self, service: str) -> list[Price]:
        """What its meters cost, by name."""
        names = sorted(meter.name for meter in self._meters() if meter.service == service)
        return [self.price(Meter(service, name)) for name in names]

    def _meters(self) -> set[Meter]:
        places = (self.region, EDGES[self.region], "global")
        return {
            Meter(entry["service"], entry["meter"])
            for entry in self.book.entries
            if entry["region"] in places and entry.get("price") is not None
        }


def _tiers(tiers: Iterable[TierEntry]) -> tuple[Tier, ...]:
    return tuple(
        Tier(None if tier["upTo"] is None else Decimal(tier["upTo"]), Decimal(tier["price"]))
        for tier in tiers
    )


def checksum(entries: Sequence[Entry]) -> str:
    """SHA-256 over the entries: a book that was edited by hand no longer has its own."""
    plain = json.dumps(entries, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


PACKAGED: Final = Path(__file__).with_name("book.json")


@cache
def packaged() -> PriceBook:
    """The book that comes with this package."""
    return read(PACKAGED.read_text("utf-8"))


def read(text: str) -> PriceBook:
    """A book from its file's text. Raises PriceError when it was changed by hand."""
    book: BookFile = json.loads(text)
    if checksum(book["entries"]) != book["checksum"]:
        raise PriceError(
            "the price book's checksum doesn't match its entries: books are never edited by hand; "
            "restore it, or make a new one with `buylink prices refresh`"
        )
    return PriceBook(book["asOf"], book["about"], book["source"], tuple(book["entries"]))
