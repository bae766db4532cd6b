"""The prices packaged with the guard are the price book's."""

import json
from contextlib import suppress

from app.budget_guard.stack_costs import PRICES, fixed_monthly
from buylink.costs.prices.book import EDGES, Meter, PriceError, packaged
from tests.goldens import assert_golden

METERS = {
    "fargate-arm64-vcpu": ("ECS Fargate", "Fargate vCPU-hour Linux ARM64 on-demand", "hour"),
    "fargate-arm64-gb": ("ECS Fargate", "Fargate GB-hour Linux ARM64 on-demand", "hour"),
    "fargate-x86_64-vcpu": ("ECS Fargate", "Fargate vCPU-hour Linux x86 on-demand", "hour"),
    "fargate-x86_64-gb": ("ECS Fargate", "Fargate GB-hour Linux x86 on-demand", "hour"),
    "spot-arm64-vcpu": ("ECS Fargate Spot", "Fargate Spot vCPU-hour Linux ARM64", "hour"),
    "spot-arm64-gb": ("ECS Fargate Spot", "Fargate Spot GB-hour Linux ARM64", "hour"),
    "spot-x86_64-vcpu": ("ECS Fargate Spot", "Fargate Spot vCPU-hour Linux x86", "hour"),
    "spot-x86_64-gb": ("ECS Fargate Spot", "Fargate Spot GB-hour Linux x86", "hour"),
    "nat-gateway": ("NAT Gateway", "NAT gateway hour", "hour"),
    "load-balancer": ("ALB", "ALB hour", "hour"),
    "public-address": ("VPC", "Public IPv4 address, in use", "hour"),
    "secret": ("Secrets Manager", "Secret", "month"),
    "kms-key": ("KMS", "KMS customer managed key", "month"),
}


def generated() -> str:
    """The guard's file, from the price book."""
    book = packaged()
    regions: dict[str, dict[str, str]] = {}
    for region in EDGES:
        prices = regions[region] = {}
        for thing, (service, name, _) in METERS.items():
            with suppress(PriceError):  # not sold there
                amount = book.price(region, Meter(service, name)).first
                prices[thing] = f"{amount.normalize():f}"
    content = {
        "asOf": book.as_of,
        "source": "buylink/costs/prices/book.json",
        "units": {thing: unit for thing, (_, _, unit) in METERS.items()},
        "regions": regions,
    }
    return json.dumps(content, indent=2) + "\n"


def test_the_table_is_the_price_books() -> None:
    assert_golden(PRICES, generated())


def test_what_goes_on_costing_is_priced_by_the_month() -> None:
    costs = fixed_monthly(
        "us-east-1", {"nat-gateway": 2, "load-balancer": 1, "kms-key": 0, "moon": 1}
    )
    assert {name: None if it is None else str(it) for name, it in costs.items()} == {
        "NAT gateways": "65.700",
        "load balancer": "16.4250",
        "moon": None,
    }


def test_where_no_price_is_known_none_is_made_up() -> None:
    assert fixed_monthly("mars-north-1", {"nat-gateway": 1}) == {"NAT gateways": None}
