"""Capacity, logs, compression, and the ways of data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from buylink.costs.estimate import Line
from buylink.costs.meters import cloudwatch, dynamodb, nat_gateway
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import HOURS_PER_MONTH, ZERO, Range
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.month import KB_PER_GB
from buylink.planning.change import Change
from buylink.planning.growth.load_rules import TABLE
from buylink.planning.options.calculated.sums import Bill, Sum, option, paid
from buylink.planning.options.result import Fact, Option

SECONDS: Final = HOURS_PER_MONTH * 3600
UTILIZATION: Final = Decimal("0.7")
"""Of provisioned capacity, which its autoscaling aims at by default.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html"""
COMPRESSED: Final = Decimal("0.25")
"""Taken off by compression: the middle of the 20 to 30 % that the hub's cost document hopes for."""
SENT: Final = Meter("CloudFront", "CloudFront data transfer out to internet")
LOG_ONE_IN: Final = 100
SAMPLED: Final = Decimal("0.9")
"""Of the lines, at most: requests that succeed, of which one in ten is logged now."""


def provisioned(found: Bill) -> Iterator[Option]:
    """Capacity instead of requests."""
    yield option(
        found,
        "dynamodb-provisioned",
        "DynamoDB tables with provisioned capacity",
        ("medium", "medium"),
        "paid for the busiest second all month; it throttles what comes above it",
        lambda: _capacity(found),
    )


def _capacity(found: Bill) -> Sum:
    """For the busiest second at 70 % use; a table and each index have a unit at least."""
    figures, more = found.month.figures, Decimal(0)
    kinds = (("write request unit", dynamodb.WCU_HOUR), ("read request unit", dynamodb.RCU_HOUR))
    on_demand: list[Line] = []
    breaks: list[Fact] = []
    for words, meter in kinds:
        price = found.prices.price(meter).first
        for table in found.graph.of_type(TABLE):
            lines = found.lines(
                lambda it, urn=table.urn, of=words: it.urn == urn and of in it.price.meter.name
            )
            on_demand += lines
            used = sum((it.quantity.typical for it in lines if it.quantity), Decimal(0))
            indexes = table.get("globalSecondaryIndexes")
            least = 1 + (len(indexes) if isinstance(indexes, list) else 0)
            busiest = used / SECONDS * figures["peak"].typical / UTILIZATION
            units = max(busiest.to_integral_value(ROUND_CEILING), Decimal(least))
            more += units * price * HOURS_PER_MONTH
        if on_demand and meter is dynamodb.WCU_HOUR:
            share = price / (on_demand[0].price.first * 3600) * 100
            breaks.append(Fact(name="break-even utilization", amount=share, unit="%"))
    return Sum(less=paid(on_demand), more=Range.exactly(more), facts=tuple(breaks))


def gateway_endpoints(found: Bill) -> Iterator[Option]:
    """What the free ones save."""
    if not found.month.gateways:
        return
    yield option(
        found,
        "endpoints-none",
        "Without the free gateway endpoints of S3 and DynamoDB",
        ("low", "low"),
        "what they save already: S3's data past NAT (DynamoDB's comes on top)",
        lambda: _past_nat(found),
    )


def _past_nat(found: Bill) -> Sum:
    data = ZERO
    for usage in hub_usages(found.graph, found.plan.load, found.month.figures).values():
        written, size = usage.get("monthly_objects"), usage.get("object_kb")
        if written and size:
            data += written.amount * size.amount / KB_PER_GB
    price = found.prices.price(nat_gateway.DATA).first
    return Sum(less=ZERO, more=data * price)


def sampling(found: Bill) -> Iterator[Option]:
    """Fewer log lines."""
    changes = tuple(
        Change(
            key=f"buylink:services.{name}.environment.LOG_ONE_IN",
            before=service.environment.get("LOG_ONE_IN", "null"),
            after=f'"{LOG_ONE_IN}"',
        )
        for name, service in found.settings.http_services.items()
        if "LOG_ONE_IN" not in service.environment
    )
    if not changes:
        return
    owners = tuple(f"-{name}-logs" for name in found.settings.http_services)
    meters = (cloudwatch.INGESTION, cloudwatch.KEPT)
    lines = found.lines(lambda it: it.name.endswith(owners) and it.price.meter in meters)
    yield option(
        found,
        "logs-sampling",
        f"One in {LOG_ONE_IN} successful requests logged, not one in ten",
        ("low", "low"),
        "at most this: failures are logged in full; rare successes can't be read up",
        lambda: Sum(less=paid(lines) * SAMPLED),
        changes,
    )


def compression(found: Bill) -> Iterator[Option]:
    """Smaller objects."""
    lines = found.lines(
        lambda it: (
            it.price.meter == SENT or ("thumbnails" in it.name and it.price.unit == "GB-month")
        )
    )
    yield option(
        found,
        "compression-thumbnails",
        f"Thumbnails and pages {COMPRESSED:.0%} smaller",
        ("low", "medium"),
        "stored and sent GB alone: requests cost the same, and the pictures are compressed already",
        lambda: Sum(less=paid(lines) * COMPRESSED),
    )
