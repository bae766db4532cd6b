"""From quantities to money: tiers and free tiers are the account's, shared out by quantity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final, NotRequired, TypedDict

import yaml

from buylink.costs.meters.charge import Charge
from buylink.costs.prices.book import Meter, RegionalPrices
from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range, total


class _Grant(TypedDict):
    """What is free, as free_tier.yaml has it."""

    service: str
    free: str
    meters: list[str]
    hourly: NotRequired[bool]


@cache
def _grants() -> tuple[_Grant, ...]:
    text = resources.files("buylink.costs.prices").joinpath("free_tier.yaml").read_text("utf-8")
    return tuple(yaml.safe_load(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """An amount that is free each month, in the unit of the meters it covers together."""

    name: str
    amount: Decimal
    meters: tuple[Meter, ...]


def allowances(prices: RegionalPrices) -> tuple[Allowance, ...]:
    """What an account gets each month, by the book."""
    return tuple(_allowance(grant, prices) for grant in _grants())


def _allowance(grant: _Grant, prices: RegionalPrices) -> Allowance:
    amount = prices.free(grant["service"], grant["free"])
    return Allowance(
        name=f"Free tier: {grant['service']}: {grant['free']}",
        amount=amount * HOURS_PER_MONTH if grant.get("hourly") else amount,
        meters=tuple(Meter(grant["service"], name) for name in grant["meters"]),
    )


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
