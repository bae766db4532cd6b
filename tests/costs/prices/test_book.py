"""The price book: its holes, its checksum, its arithmetic."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.costs.prices import book
from buylink.costs.prices.book import Meter, Price, PriceError, Tier
from buylink.costs.prices.build import CheckedPrice, added, build
from buylink.costs.prices.quantity import Range

TEXT = resources.files("buylink.costs.prices").joinpath("book.json").read_text("utf-8")
NAT = Meter("NAT Gateway", "NAT gateway hour")


def test_the_packaged_book_is_as_it_was_made() -> None:
    content = json.loads(TEXT)
    assert book.checksum(content["entries"]) == content["checksum"]
    assert len(content["entries"]) > 900


def test_a_book_that_was_edited_by_hand_is_refused() -> None:
    content = json.loads(TEXT)
    content["entries"][0]["unit"] += "s"
    with pytest.raises(PriceError, match="never edited by hand"):
        book.read(json.dumps(content))


def test_a_region_that_the_book_lacks_is_named_with_those_it_has() -> None:
    with pytest.raises(PriceError, match=r"expected one of ap-northeast-1, .* got 'eu-central-1'"):
        book.packaged().in_region("eu-central-1")


def test_a_hole_names_the_meter_and_the_region() -> None:
    content = json.loads(TEXT)
    entries = tuple(
        entry
        for entry in content["entries"]
        if (entry["meter"], entry["region"]) != (NAT.name, "sa-east-1")
    )
    holed = book.PriceBook("2026-10", "a test", "nowhere", entries)
    assert holed.in_region("us-east-1").price(NAT).first == Decimal("0.045")
    with pytest.raises(PriceError, match=r"NAT gateway hour in sa-east-1 in the book of 2026-10"):
        holed.in_region("sa-east-1").price(NAT)


def test_a_rule_that_the_book_lacks_is_no_rule_of_zero() -> None:
    assert book.packaged().rule("S3", "minimum storage duration Glacier Deep Archive") == 180
    with pytest.raises(PriceError, match=r"no rule 'longest' of S3 in the book of "):
        book.packaged().rule("S3", "longest")


def test_viewers_of_a_region_are_priced_at_their_edge() -> None:
    out = Meter("CloudFront", "CloudFront data transfer out to internet")
    prices = {region: book.packaged().price(region, out).first for region in book.EDGES}
    assert prices["us-east-1"] == Decimal("0.085")
    assert prices["ap-south-1"] == Decimal("0.109")


def test_further_prices_join_a_book_and_replace_those_of_their_meters() -> None:
    packaged = json.loads(TEXT)
    price: CheckedPrice = {
        "service": NAT.service, "region": "sa-east-1", "meter": NAT.name, "unit": "hour",
        "price_usd": Decimal("0.1"), "as_of": "2027-01", "confidence": "high",
    }  # fmt: skip
    prices: list[CheckedPrice] = [price, {**price, "meter": "another", "price_usd": Decimal(2)}]
    joined = book.read(json.dumps(added(prices, packaged)))
    assert joined.as_of == "2027-01"
    assert joined.price("sa-east-1", NAT).first == Decimal("0.1")
    assert joined.price("sa-east-1", Meter(NAT.service, "another")).first == 2
    assert len(joined.entries) == len(packaged["entries"]) + 1
    assert added([], packaged) == packaged


def test_a_book_keeps_dates_sources_and_doubt() -> None:
    price: CheckedPrice = {"service": "S", "region": "us-east-1", "meter": "m", "unit": "u", "price_usd": Decimal("1e-7"),
             "as_of": "2026-10", "confidence": "low", "note": "n",
             "tier": [{"up_to": 10, "price": Decimal("1e-7")}, {"up_to": None, "price": 0}]}  # fmt: skip
    document = build({"about": "a", "sources": "s", "prices": [price]}, "2026-11")
    assert document["entries"] == [
        {
            "service": "S",
            "region": "us-east-1",
            "meter": "m",
            "unit": "u",
            "asOf": "2026-10",
            "confidence": "low",
            "price": "0.0000001",
            "tiers": [{"upTo": "10", "price": "0.0000001"}, {"upTo": None, "price": "0"}],
            "note": "n",
        }
    ]
    assert book.read(json.dumps(document)).as_of == "2026-11"


tiers = st.lists(
    st.tuples(st.integers(1, 50), st.integers(0, 9)),
    min_size=1,
    max_size=4,
    unique_by=lambda t: t[0],
)


@given(tiers, st.integers(0, 80))
def test_tiers_cost_what_each_unit_of_them_costs(drawn: list[tuple[int, int]], units: int) -> None:
    bounds = sorted(drawn)
    steps = [Tier(Decimal(up_to), Decimal(price)) for up_to, price in bounds[:-1]]
    price = Price(
        meter=NAT,
        region="us-east-1",
        unit="hour",
        tiers=(*steps, Tier(None, Decimal(bounds[-1][1]))),
        as_of="2026-10",
        confidence="high",
    )
    each = [
        next(tier.price for tier in price.tiers if tier.up_to is None or unit <= tier.up_to)
        for unit in range(1, units + 1)
    ]
    assert price.cost(Range.exactly(units)) == Range.exactly(sum(each, Decimal(0)))
