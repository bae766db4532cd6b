"""A new price book from AWS's price list, by answers in its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from buylink.costs.prices.book import EDGES, PACKAGED, Meter, PriceBook, packaged, read
from buylink.costs.prices.refresh import PREFIXES, PriceListError, Refreshed, products, refresh

SKUS = PACKAGED.with_name("skus.yaml")
SERVICES = [group["service"] for group in yaml.safe_load(SKUS.read_text("utf-8"))]
FAMILIES = {"AmazonECS": "Compute", "AmazonEC2": "NAT Gateway"}
NAT = Meter("NAT Gateway", "NAT gateway hour")
Tiers = list[tuple[str, str, str]]


def item(sku: str, usagetype: str, tiers: Tiers, operation: str = "", unit: str = "Hrs") -> str:
    """A product as AWS's price list writes it, as text in a page."""
    dimensions = {
        f"{sku}.T.{index}": {
            "rateCode": f"{sku}.T.{index}",
            "description": "$ per unit",
            "beginRange": begins,
            "endRange": ends,
            "unit": unit,
            "pricePerUnit": {"USD": price},
            "appliesTo": [],
        }
        for index, (begins, ends, price) in enumerate(tiers)
    }
    product = {"sku": sku, "attributes": {"usagetype": usagetype, "operation": operation}}
    term = {"offerTermCode": "JRTCKXETXF", "sku": sku, "priceDimensions": dimensions}
    return json.dumps(
        {
            "product": product,
            "serviceCode": "x",
            "terms": {"OnDemand": {f"{sku}.T": term}},
            "version": "1",
            "publicationDate": "2026-11-20T10:00:00Z",
        }
    )


def flat(sku: str, usagetype: str, price: str, operation: str = "", unit: str = "Hrs") -> str:
    return item(sku, usagetype, [("0", "Inf", price)], operation, unit)


def request(service: str, region: str, token: str | None = None) -> dict[str, object]:
    filters = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}]
    if family := FAMILIES.get(service):
        filters.append({"Type": "TERM_MATCH", "Field": "productFamily", "Value": family})
    asked: dict[str, object] = {
        "ServiceCode": service,
        "Filters": filters,
        "FormatVersion": "aws_v1",
    }
    return asked | ({"NextToken": token} if token else {})


def client() -> Any:  # boto3 has no types, and Stubber wants its client
    return boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def refreshed(
    answers: Mapping[tuple[str, str], list[str]], book: PriceBook | None = None
) -> Refreshed:
    """With the products that AWS has by service and region; it has no others."""
    pricing = client()
    with Stubber(pricing) as stub:
        for service in SERVICES:
            for region in EDGES:
                page = {"FormatVersion": "aws_v1", "PriceList": answers.get((service, region), [])}
                stub.add_response("get_products", page, request(service, region))
        outcome = refresh(book or packaged(), pricing)
        stub.assert_no_pending_responses()
    return outcome


def test_a_new_price_is_taken_and_reported_and_all_others_are_kept() -> None:
    nat = flat("NEW", "NatGateway-Hours", "0.0460000000")
    outcome = refreshed({("AmazonEC2", "us-east-1"): [nat, flat("B", "NatGateway-Bytes", "0.045")]})
    (change,) = outcome.changed
    assert (change.region, change.meter, change.before, change.after) == (
        "us-east-1", NAT, Decimal("0.045"), Decimal("0.046"),
    )  # fmt: skip
    assert outcome.confirmed == 1
    book = read(json.dumps(outcome.document("about", "source")))
    price = book.price("us-east-1", NAT)
    assert (price.first, price.as_of, price.confidence) == (Decimal("0.046"), "2026-11-20", "high")
    assert book.price("eu-west-1", NAT) == packaged().price("eu-west-1", NAT)
    assert len(book.entries) == len(packaged().entries)
    assert book.as_of == max("2026-11-20", packaged().as_of)


def test_a_usage_type_is_found_with_the_region_before_it_and_by_its_operation() -> None:
    answers = [
        flat("A", "USW2-LoadBalancerUsage", "0.0225", operation="LoadBalancing:Application"),
        flat("N", "USW2-LoadBalancerUsage", "0.0225", operation="LoadBalancing:Network"),
        flat("X", "USW2-OtherLoadBalancerUsage", "9", operation="LoadBalancing:Network"),
    ]
    assert refreshed({("AWSELB", "us-west-2"): answers}).confirmed == 2


@pytest.mark.parametrize(
    ("region", "usagetype", "read_as"),
    [
        ("us-east-1", "TimedStorage-ByteHrs", 1),
        ("us-east-1", "USE1-TimedStorage-ByteHrs", 1),
        ("us-east-1", "IA-TimedStorage-ByteHrs", 0),
        ("eu-west-1", "EU-TimedStorage-ByteHrs", 1),
        ("eu-west-1", "TimedStorage-ByteHrs", 0),
        ("sa-east-1", "sa-east-1-TimedStorage-ByteHrs", 1),
    ],
)
def test_only_the_regions_own_prefixes_stand_before_a_usage_type(
    region: str, usagetype: str, read_as: int
) -> None:
    outcome = refreshed({("AmazonECR", region): [flat("E", usagetype, "0.10", unit="GB-Mo")]})
    assert outcome.confirmed + len(outcome.changed) == read_as


def test_every_meter_that_is_asked_for_is_in_the_book_of_every_region() -> None:
    assert set(PREFIXES) == set(EDGES)
    for group in yaml.safe_load(SKUS.read_text("utf-8")):
        for name in group["meters"]:
            meter = Meter(*name.split(": ", 1))
            assert all(packaged().price(region, meter).first >= 0 for region in EDGES), name


def test_a_missing_product_and_two_matching_ones_are_reported_and_change_nothing() -> None:
    twice = [flat(sku, "NatGateway-Hours", "0.05") for sku in ("ONE", "TWO")]
    outcome = refreshed({("AmazonEC2", "us-east-1"): twice})
    assert outcome.changed == []
    messages = [
        problem for problem in outcome.problems if problem.startswith("us-east-1, NAT Gateway")
    ]
    assert messages == [
        "us-east-1, NAT Gateway: NAT gateway hour: expected one product, got ONE, TWO: price kept",
        "us-east-1, NAT Gateway: NAT gateway data processed: expected one product, got none: price"
        " kept",
    ]
    assert outcome.entries == list(packaged().entries)


def test_an_entry_without_a_price_is_reported_and_gets_none() -> None:
    entries = [entry.copy() for entry in packaged().entries]
    (nat,) = (
        entry for entry in entries if (entry["meter"], entry["region"]) == (NAT.name, "us-east-1")
    )
    del nat["price"]
    outcome = refreshed(
        {("AmazonEC2", "us-east-1"): [flat("NEW", "NatGateway-Hours", "0.046")]},
        replace(packaged(), entries=tuple(entries)),
    )
    assert f"us-east-1, {NAT}: expected a price in the book, got none" in outcome.problems
    assert outcome.changed == []


def test_a_price_of_another_unit_is_not_taken() -> None:
    outcome = refreshed({("AmazonEC2", "us-east-1"): [flat("P", "NatGateway-Hours", "45")]})
    assert outcome.changed == []
    assert any(
        "expected about 0.045 per hour, got 45 per Hrs of P" in problem
        for problem in outcome.problems
    )


def test_tiers_are_taken_without_the_free_one() -> None:
    tiers = [("1000", "Inf", "0.04"), ("0", "10", "0"), ("10", "1000", "0.044")]
    outcome = refreshed({("AmazonEC2", "us-east-1"): [item("T", "NatGateway-Bytes", tiers)]})
    data = Meter("NAT Gateway", "NAT gateway data processed")
    price = read(json.dumps(outcome.document("about", "source"))).price("us-east-1", data)
    assert [(tier.up_to, tier.price) for tier in price.tiers] == [
        (Decimal(1000), Decimal("0.044")),
        (None, Decimal("0.04")),
    ]


def test_all_pages_are_read() -> None:
    pricing = client()
    with Stubber(pricing) as stub:
        for token, sku in ((None, "ONE"), ("next", "TWO")):
            page: dict[str, object] = {"PriceList": [flat(sku, "NatGateway-Hours", "0.045")]}
            page |= {"NextToken": "next"} if token is None else {}
            stub.add_response("get_products", page, request("AmazonEC2", "us-east-1", token))
        filters = {"regionCode": "us-east-1", "productFamily": "NAT Gateway"}
        offered = products(pricing, "AmazonEC2", filters)
    assert [product.sku for product in offered] == ["ONE", "TWO"]


def test_being_throttled_to_the_end_leaves_no_book() -> None:
    pricing = client()
    with Stubber(pricing) as stub:
        stub.add_client_error("get_products", "ThrottlingException", "Rate exceeded", 400)
        with pytest.raises(ClientError, match="Rate exceeded"):
            refresh(packaged(), pricing)


def test_an_answer_without_a_price_in_dollars_is_refused() -> None:
    broken = json.loads(flat("CNY", "NatGateway-Hours", "1"))
    offer = broken["terms"]["OnDemand"]["CNY.T"]["priceDimensions"]["CNY.T.0"]
    offer["pricePerUnit"] = {"CNY": "1"}
    pricing = client()
    with Stubber(pricing) as stub:
        stub.add_response("get_products", {"PriceList": [json.dumps(broken)]})
        with pytest.raises(PriceListError, match="CNY: expected a price in USD by ranges"):
            products(pricing, "AmazonEC2", {})
