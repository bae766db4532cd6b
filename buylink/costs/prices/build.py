"""Makes a price book of checked list prices: `python -m buylink.costs.prices.build PRICES.json`.

With `--add` they join the packaged book, and replace what it has of the same meters and regions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NotRequired, TypedDict

from buylink.costs.prices.book import (
    PACKAGED,
    BookFile,
    Confidence,
    Entry,
    TierEntry,
    checksum,
)

Number = Decimal | int


class CheckedTier(TypedDict):
    """A tier as the source has it; `up_to` is None for no limit."""

    up_to: Number | None
    price: Number


class CheckedPrice(TypedDict):
    """A price, or a rule with a `value`, as the source has it."""

    service: str
    region: str
    meter: str
    unit: str
    as_of: str
    confidence: Confidence
    price_usd: NotRequired[Number | None]
    value: NotRequired[Number | None]
    tier: NotRequired[list[CheckedTier] | None]
    note: NotRequired[str]


class CheckedPrices(TypedDict):
    """The source: numbers are read as Decimals."""

    about: str
    sources: str
    prices: list[CheckedPrice]


def build(source: CheckedPrices, as_of: str) -> BookFile:
    """A book's file from its source; numbers are kept as text."""
    entries = sorted((_entry(price) for price in source["prices"]), key=_place)
    return {
        "version": 1,
        "asOf": as_of,
        "currency": "USD",
        "about": source["about"],
        "source": source["sources"],
        "checksum": checksum(entries),
        "entries": entries,
    }


def _entry(price: CheckedPrice) -> Entry:
    entry: Entry = {
        "service": price["service"],
        "region": price["region"],
        "meter": price["meter"],
        "unit": price["unit"],
        "asOf": price["as_of"],
        "confidence": price["confidence"],
    }
    if (usd := price.get("price_usd")) is not None:
        entry["price"] = _text(usd)
    if (value := price.get("value")) is not None:
        entry["value"] = _text(value)
    if tiers := price.get("tier"):
        entry["tiers"] = [_tier(tier) for tier in tiers]
    if note := price.get("note"):
        entry["note"] = note
    return entry


def _tier(tier: CheckedTier) -> TierEntry:
    up_to = None if tier["up_to"] is None else _text(tier["up_to"])
    return {"upTo": up_to, "price": _text(tier["price"])}


def _text(number: Number) -> str:
    return format(Decimal(number).normalize(), "f")


def _place(entry: Entry) -> tuple[str, str, str]:
    return entry["service"], entry["meter"], entry["region"]


def added(prices: Iterable[CheckedPrice], book: BookFile) -> BookFile:
    """A book's file with further prices, of the form that `build` reads."""
    entries = {_place(entry): entry for entry in (*book["entries"], *map(_entry, prices))}
    joined = [entries[place] for place in sorted(entries)]
    as_of = max(entry["asOf"] for entry in joined)
    return {**book, "asOf": as_of, "checksum": checksum(joined), "entries": joined}


def main(source: Path, *, add: bool) -> None:
    """Writes the packaged book; it is as of its newest price."""
    content = json.loads(source.read_text("utf-8"), parse_float=Decimal)
    if add:
        book = added(content["prices"], json.loads(PACKAGED.read_text("utf-8")))
    else:
        book = build(content, max(price["as_of"] for price in content["prices"]))
    PACKAGED.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[-1]), add="--add" in sys.argv[1:-1])
