"""Makes a price book of checked list prices: `python -m buylink.costs.prices.build PRICES.json`.

With `--add` they join the packaged book, and replace what it has of the same meters and regions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from buylink.costs.prices.book import PACKAGED, Entry, checksum


def build(source: Mapping[str, Any], as_of: str) -> dict[str, Any]:
    """A book's file from `{about, sources, prices: [{service, region, meter, unit, price_usd,
    tier, as_of, confidence, note}]}`; prices are read as Decimals and kept as text.
    """
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


def _entry(price: Entry) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "service": price["service"],
        "region": price["region"],
        "meter": price["meter"],
        "unit": price["unit"],
        "asOf": price["as_of"],
        "confidence": price["confidence"],
    }
    if price.get("price_usd") is not None:
        entry["price"] = _text(price["price_usd"])
    if price.get("value") is not None:
        entry["value"] = _text(price["value"])
    if price.get("tier"):
        entry["tiers"] = [_tier(tier) for tier in price["tier"]]
    if price.get("note"):
        entry["note"] = price["note"]
    return entry


def _tier(tier: Mapping[str, Any]) -> dict[str, str | None]:
    up_to = None if tier["up_to"] is None else _text(tier["up_to"])
    return {"upTo": up_to, "price": _text(tier["price"])}


def _text(number: Decimal | int) -> str:
    return format(Decimal(number).normalize(), "f")


def _place(entry: Entry) -> tuple[str, str, str]:
    return entry["service"], entry["meter"], entry["region"]


def added(prices: Iterable[Mapping[str, Any]], book: Mapping[str, Any]) -> dict[str, Any]:
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
