"""The prices packaged with the guard are the price book's."""

from decimal import Decimal
from pathlib import Path

from app.budget_guard import price_table
from app.budget_guard.standing import monthly
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
HEAD = '''\
"""The few prices that the guard needs, packaged with it.

Made from the price book by `make goldens`; a test holds the two equal. US dollars, before tax; Spot
prices are typical ones.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Price(NamedTuple):
    """For one unit: an hour, or a month."""

    amount: Decimal
    unit: str


HOURS = 730
"""Of a month."""

'''


def made() -> str:
    book = packaged()
    lines = [f'AS_OF = "{book.as_of}"', "", "REGIONS: Mapping[str, Mapping[str, Price]] = {"]
    for region in EDGES:
        lines.append(f'    "{region}": {{')
        for thing, (service, name, unit) in METERS.items():
            try:
                amount = book.price(region, Meter(service, name)).first
            except PriceError:
                continue
            lines.append(f'        "{thing}": Price(Decimal({_written(amount)}), "{unit}"),')
        lines.append("    },")
    return HEAD + "\n".join([*lines, "}", ""])


def _written(amount: Decimal) -> str:
    return str(int(amount)) if amount == int(amount) else f'"{amount:f}"'


def test_the_table_is_the_price_books() -> None:
    assert_golden(Path(price_table.__file__), made())


def test_what_goes_on_costing_is_priced_by_the_month() -> None:
    costs = monthly("us-east-1", {"nat-gateway": 2, "load-balancer": 1, "kms-key": 0, "moon": 1})
    assert {name: None if it is None else str(it) for name, it in costs.items()} == {
        "NAT gateways": "65.700",
        "load balancer": "16.4250",
        "moon": None,
    }


def test_where_no_price_is_known_none_is_made_up() -> None:
    assert monthly("mars-north-1", {"nat-gateway": 1}) == {"NAT gateways": None}
