"""What goes on costing when nothing runs, from list prices."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from app.budget_guard.cost_explorer import Costs
from app.budget_guard.price_table import HOURS, REGIONS

_NAMES = {
    "nat-gateway": "NAT gateways",
    "load-balancer": "load balancer",
    "public-address": "public addresses",
    "secret": "secrets",
    "kms-key": "keys",
}

STORAGE = frozenset(
    (
        "Amazon DynamoDB",
        "Amazon EC2 Container Registry (ECR)",
        "Amazon Simple Storage Service",
        "AmazonCloudWatch",
    )
)
"""What Cost Explorer calls the services that keep things."""


def monthly(region: str, counts: Mapping[str, int]) -> dict[str, Decimal | None]:
    """US dollars a month for each thing, by its name for people; None where no price is known.

    `counts` are by the names of the price table: nat-gateway, load-balancer and so on.
    """
    prices = REGIONS.get(region, {})
    return {
        _NAMES.get(thing, thing): (
            prices[thing].amount * (HOURS if prices[thing].unit == "hour" else 1) * number
            if thing in prices
            else None
        )
        for thing, number in counts.items()
        if number
    }


def storage(costs: Costs | None) -> Decimal | None:
    """US dollars a month that the last full day of tables, buckets, images and logs comes to.

    None as long as nothing was billed. Requests are in it too: it is the most that goes on.
    """
    if costs is None:
        return None
    day = costs.asked_on - timedelta(days=2)
    billed = [row.amount for row in costs.between(day, day) if row.service in STORAGE]
    return sum(billed, Decimal(0)) * HOURS / 24 if billed else None
