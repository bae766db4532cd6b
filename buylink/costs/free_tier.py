"""What AWS gives every account each month for good, applied once over the whole stack.

https://aws.amazon.com/free/ (always free; credits of new accounts are not counted)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.prices.book import Meter, RegionalPrices

_GIVEN: Final[Mapping[Meter, tuple[Meter, ...]]] = {
    Meter("Free tier: Data Transfer", "Data transfer out to internet, all services together"): (
        Meter("Data Transfer", "Data transfer out to internet"),
    ),
    Meter("Free tier: CloudFront", "Data transfer out"): (
        Meter("CloudFront", "CloudFront data transfer out to internet"),
    ),
    Meter("Free tier: CloudFront", "HTTP and HTTPS requests"): (
        Meter("CloudFront", "CloudFront HTTPS request"),
    ),
    Meter("Free tier: Lambda", "Requests"): (Meter("Lambda", "Lambda request"),),
    Meter("Free tier: Lambda", "Duration"): (
        Meter("Lambda", "Lambda duration x86"),
        Meter("Lambda", "Lambda duration ARM64"),
    ),
    Meter("Free tier: DynamoDB", "Storage (Standard)"): (
        Meter("DynamoDB", "DynamoDB storage (Standard)"),
    ),
    Meter("Free tier: DynamoDB", "Streams read requests"): (
        Meter("DynamoDB", "DynamoDB Streams read request"),
    ),
    Meter("Free tier: SQS", "Requests, standard and FIFO together"): (
        Meter("SQS", "SQS standard request"),
        Meter("SQS", "SQS FIFO request"),
    ),
    Meter("Free tier: SNS", "Publish requests"): (Meter("SNS", "SNS standard publish request"),),
    Meter("Free tier: SNS", "HTTP(S) notifications"): (Meter("SNS", "SNS HTTP(S) notification"),),
    Meter("Free tier: SNS", "Email notifications"): (Meter("SNS", "SNS email notification"),),
    Meter("Free tier: CloudWatch", "Alarm metrics, standard resolution"): (
        Meter("CloudWatch", "CloudWatch alarm, standard resolution"),
    ),
    Meter("Free tier: CloudWatch", "Dashboards"): (Meter("CloudWatch", "CloudWatch dashboard"),),
    Meter("Free tier: CloudWatch", "Logs: 5 GB ingestion and 5 GB-month storage"): (
        Meter("CloudWatch", "CloudWatch Logs ingestion, Standard class"),
    ),
    Meter("Free tier: EventBridge", "Scheduler invocations"): (
        Meter("EventBridge", "EventBridge Scheduler invocation"),
    ),
    Meter("Free tier: KMS", "Requests, except GenerateDataKeyPair and asymmetric"): (
        Meter("KMS", "KMS symmetric request"),
    ),
}
"""What the book calls an amount, and the meters that use it up together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An amount that is free each month, in the unit of the meters it covers together."""

    name: str
    amount: Decimal
    meters: tuple[Meter, ...]


def allowances(prices: RegionalPrices) -> tuple[Allowance, ...]:
    """What an account gets each month, by the book."""
    return tuple(
        Allowance(name=str(free), amount=_amount(prices, free), meters=meters)
        for free, meters in _GIVEN.items()
    )


def _amount(prices: RegionalPrices, free: Meter) -> Decimal:
    (tier,) = prices.price(free).tiers
    return tier.up_to or Decimal(0)
