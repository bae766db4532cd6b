"""From quantities to money: tiers and free tiers are the account's, shared out by quantity.

https://aws.amazon.com/free/ (what is free for good; credits of new accounts are not counted)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.meters.charge import Charge
from buylink.costs.prices.book import Meter, RegionalPrices
from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range, total


@dataclass(frozen=True, slots=True)
class _Grant:
    """What the book calls an amount, and the meters that use it up together."""

    book: Meter
    meters: tuple[Meter, ...]
    each: Decimal = Decimal(1)
    """How many of the meters' units one of the book's is."""


_LOGS: Final = Meter("Free tier: CloudWatch", "Logs: 5 GB ingestion and 5 GB-month storage")
_CAPACITY: Final = Meter("Free tier: DynamoDB", "Provisioned capacity: 25 WCU and 25 RCU")

_GRANTS: Final = (
    _Grant(
        Meter("Free tier: Data Transfer", "Data transfer out to internet, all services together"),
        (Meter("Data Transfer", "Data transfer out to internet"),),
    ),
    _Grant(
        Meter("Free tier: CloudFront", "Data transfer out"),
        (Meter("CloudFront", "CloudFront data transfer out to internet"),),
    ),
    _Grant(
        Meter("Free tier: CloudFront", "HTTP and HTTPS requests"),
        (Meter("CloudFront", "CloudFront HTTPS request"),),
    ),
    _Grant(Meter("Free tier: Lambda", "Requests"), (Meter("Lambda", "Lambda request"),)),
    _Grant(
        Meter("Free tier: Lambda", "Duration"),
        (
            Meter("Lambda", "Lambda duration x86"),
            Meter("Lambda", "Lambda duration ARM64"),
        ),
    ),
    _Grant(
        Meter("Free tier: DynamoDB", "Storage (Standard)"),
        (Meter("DynamoDB", "DynamoDB storage (Standard)"),),
    ),
    _Grant(
        Meter("Free tier: DynamoDB", "Streams read requests"),
        (Meter("DynamoDB", "DynamoDB Streams read request"),),
    ),
    _Grant(_CAPACITY, (Meter("DynamoDB", "DynamoDB provisioned WCU-hour"),), HOURS_PER_MONTH),
    _Grant(_CAPACITY, (Meter("DynamoDB", "DynamoDB provisioned RCU-hour"),), HOURS_PER_MONTH),
    _Grant(
        Meter("Free tier: SQS", "Requests, standard and FIFO together"),
        (
            Meter("SQS", "SQS standard request"),
            Meter("SQS", "SQS FIFO request"),
        ),
    ),
    _Grant(
        Meter("Free tier: SNS", "Publish requests"), (Meter("SNS", "SNS standard publish request"),)
    ),
    _Grant(
        Meter("Free tier: SNS", "HTTP(S) notifications"),
        (Meter("SNS", "SNS HTTP(S) notification"),),
    ),
    _Grant(
        Meter("Free tier: SNS", "Email notifications"), (Meter("SNS", "SNS email notification"),)
    ),
    _Grant(
        Meter("Free tier: CloudWatch", "Alarm metrics, standard resolution"),
        (Meter("CloudWatch", "CloudWatch alarm, standard resolution"),),
    ),
    _Grant(
        Meter("Free tier: CloudWatch", "Custom and detailed-monitoring metrics"),
        (Meter("CloudWatch", "CloudWatch custom metric"),),
    ),
    _Grant(
        Meter("Free tier: CloudWatch", "Dashboards"), (Meter("CloudWatch", "CloudWatch dashboard"),)
    ),
    _Grant(_LOGS, (Meter("CloudWatch", "CloudWatch Logs ingestion, Standard class"),)),
    _Grant(_LOGS, (Meter("CloudWatch", "CloudWatch Logs storage"),)),
    _Grant(
        Meter("Free tier: EventBridge", "Scheduler invocations"),
        (Meter("EventBridge", "EventBridge Scheduler invocation"),),
    ),
    _Grant(
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
        Allowance(
            name=str(grant.book),
            amount=_amount(prices, grant.book) * grant.each,
            meters=grant.meters,
        )
        for grant in _GRANTS
    )


def _amount(prices: RegionalPrices, free: Meter) -> Decimal:
    (tier,) = prices.price(free).tiers
    return tier.up_to or Decimal(0)


SMALLEST: Final = Decimal("0.000001")
"""Lines are kept to a millionth of a dollar, and a total is the sum of its lines."""

_NONE: Final = Decimal(0)
_Scenarios = tuple[Decimal, Decimal, Decimal]
"""An amount where all is low, typical and high: what is left may well fall from one to the next."""


def monthly_amounts(charges: list[Charge], free: Iterable[Allowance]) -> list[Range | None]:
    """What each charge costs, once the tiers of its meter saw the whole account's quantity."""
    allowance_of: dict[Meter, Allowance] = {
        meter: allowance for allowance in free for meter in allowance.meters
    }
    pools: dict[object, list[int]] = {}
    for index, charge in enumerate(charges):
        meter = charge.price.meter
        pools.setdefault((allowance_of.get(meter), charge.price), []).append(index)
    amounts: list[Range | None] = [None] * len(charges)
    left: dict[Allowance, _Scenarios] = {}
    # Of meters that share an allowance the cheapest takes it first: by order it would not do.
    for members in sorted(pools.values(), key=lambda pool: charges[pool[0]].price.first):
        for index, amount in _shared_out(charges, members, allowance_of, left):
            amounts[index] = amount
    return amounts


def _shared_out(
    charges: list[Charge],
    members: list[int],
    allowance_of: Mapping[Meter, Allowance],
    left: dict[Allowance, _Scenarios],
) -> Iterator[tuple[int, Range]]:
    """The cost of all charges of one price, by quantity."""
    known = [
        (index, quantity) for index in members if (quantity := charges[index].quantity) is not None
    ]
    if not known:
        return
    price = charges[members[0]].price
    whole = total(quantity for _, quantity in known)
    allowance = allowance_of.get(price.meter)
    cost = price.cost(_billed(whole, allowance, left) if allowance else whole)
    for index, quantity in known:
        low, typical, high = map(_share, cost, quantity, whole)
        # Where another resource's doubt moves the whole into a cheaper tier, a line's high can
        # fall under its low: the range then is what lies between.
        yield index, Range(min(low, typical, high), typical, max(low, typical, high))


def _billed(whole: Range, allowance: Allowance, left: dict[Allowance, _Scenarios]) -> Range:
    """What is billed of a quantity; what it takes of the allowance is no longer left."""
    free = left.get(allowance, (allowance.amount,) * 3)
    low, typical, high = (amount - covered for amount, covered in zip(whole, free, strict=True))
    left[allowance] = max(-low, _NONE), max(-typical, _NONE), max(-high, _NONE)
    return Range(max(low, _NONE), max(typical, _NONE), max(high, _NONE))


def _share(cost: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    return (cost * quantity / whole).quantize(SMALLEST) if whole else _NONE
