"""What AWS gives every account each month for good, applied once over the whole stack.

https://aws.amazon.com/free/ (always free; credits of new accounts are not counted)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.prices.book import Meter, RegionalPrices
from buylink.costs.quantity import HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class _Given:
    """What the book calls an amount, and the meters that use it up together."""

    book: Meter
    meters: tuple[Meter, ...]
    each: Decimal = Decimal(1)
    """How many of the meters' units one of the book's is."""


_LOGS: Final = Meter("Free tier: CloudWatch", "Logs: 5 GB ingestion and 5 GB-month storage")
_CAPACITY: Final = Meter("Free tier: DynamoDB", "Provisioned capacity: 25 WCU and 25 RCU")

_GIVEN: Final = (
    _Given(
        Meter("Free tier: Data Transfer", "Data transfer out to internet, all services together"),
        (Meter("Data Transfer", "Data transfer out to internet"),),
    ),
    _Given(
        Meter("Free tier: CloudFront", "Data transfer out"),
        (Meter("CloudFront", "CloudFront data transfer out to internet"),),
    ),
    _Given(
        Meter("Free tier: CloudFront", "HTTP and HTTPS requests"),
        (Meter("CloudFront", "CloudFront HTTPS request"),),
    ),
    _Given(Meter("Free tier: Lambda", "Requests"), (Meter("Lambda", "Lambda request"),)),
    _Given(
        Meter("Free tier: Lambda", "Duration"),
        (
            Meter("Lambda", "Lambda duration x86"),
            Meter("Lambda", "Lambda duration ARM64"),
        ),
    ),
    _Given(
        Meter("Free tier: DynamoDB", "Storage (Standard)"),
        (Meter("DynamoDB", "DynamoDB storage (Standard)"),),
    ),
    _Given(
        Meter("Free tier: DynamoDB", "Streams read requests"),
        (Meter("DynamoDB", "DynamoDB Streams read request"),),
    ),
    _Given(_CAPACITY, (Meter("DynamoDB", "DynamoDB provisioned WCU-hour"),), HOURS_PER_MONTH),
    _Given(_CAPACITY, (Meter("DynamoDB", "DynamoDB provisioned RCU-hour"),), HOURS_PER_MONTH),
    _Given(
        Meter("Free tier: SQS", "Requests, standard and FIFO together"),
        (
            Meter("SQS", "SQS standard request"),
            Meter("SQS", "SQS FIFO request"),
        ),
    ),
    _Given(
        Meter("Free tier: SNS", "Publish requests"), (Meter("SNS", "SNS standard publish request"),)
    ),
    _Given(
        Meter("Free tier: SNS", "HTTP(S) notifications"),
        (Meter("SNS", "SNS HTTP(S) notification"),),
    ),
    _Given(
        Meter("Free tier: SNS", "Email notifications"), (Meter("SNS", "SNS email notification"),)
    ),
    _Given(
        Meter("Free tier: CloudWatch", "Alarm metrics, standard resolution"),
        (Meter("CloudWatch", "CloudWatch alarm, standard resolution"),),
    ),
    _Given(
        Meter("Free tier: CloudWatch", "Custom and detailed-monitoring metrics"),
        (Meter("CloudWatch", "CloudWatch custom metric"),),
    ),
    _Given(
        Meter("Free tier: CloudWatch", "Dashboards"), (Meter("CloudWatch", "CloudWatch dashboard"),)
    ),
    _Given(_LOGS, (Meter("CloudWatch", "CloudWatch Logs ingestion, Standard class"),)),
    _Given(_LOGS, (Meter("CloudWatch", "CloudWatch Logs storage"),)),
    _Given(
        Meter("Free tier: EventBridge", "Scheduler invocations"),
        (Meter("EventBridge", "EventBridge Scheduler invocation"),),
    ),
    _Given(
        Meter("Free tier: KMS", "Requests, except GenerateDataKeyPair and asymmetric"),
        (Meter("KMS", "KMS symmetric request"),),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An amount that is free each month, in the unit of the meters it covers together."""

    name: str
    amount: Decimal
    meters: tuple[Meter, ...]


def allowances(prices: RegionalPrices) -> tuple[Allowance, ...]:
    """What an account gets each month, by the book."""
    return tuple(
        Allowance(name=str(it.book), amount=_amount(prices, it.book) * it.each, meters=it.meters)
        for it in _GIVEN
    )


def _amount(prices: RegionalPrices, free: Meter) -> Decimal:
    (tier,) = prices.price(free).tiers
    return tier.up_to or Decimal(0)
