"""From quantities to money: tiers and free tiers are the account's, shared out by quantity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge
from buylink.costs.free_tier import Allowance
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import Range, total

SMALLEST: Final = Decimal("0.000001")
"""Lines are kept to a millionth of a dollar, and a total is the sum of its lines."""

_NONE: Final = Decimal(0)
_Scenarios = tuple[Decimal, Decimal, Decimal]
"""An amount where all is low, typical and high: what is left may well fall from one to the next."""


def monthly_amounts(charges: list[Charge], free: Iterable[Allowance]) -> list[Range | None]:
    """What each charge costs, once the tiers of its meter saw the whole account's quantity."""
    given: dict[Meter, Allowance] = {it: one for one in free for it in one.meters}
    pools: dict[object, list[int]] = {}
    for index, charge in enumerate(charges):
        meter = charge.price.meter
        pools.setdefault((given.get(meter), charge.price), []).append(index)
    amounts: list[Range | None] = [None] * len(charges)
    left: dict[Allowance, _Scenarios] = {}
    # Of meters that share an allowance the cheapest takes it first: by order it would not do.
    for members in sorted(pools.values(), key=lambda it: charges[it[0]].price.first):
        for index, amount in _shared_out(charges, members, given, left):
            amounts[index] = amount
    return amounts


def _shared_out(
    charges: list[Charge],
    members: list[int],
    given: Mapping[Meter, Allowance],
    left: dict[Allowance, _Scenarios],
) -> Iterator[tuple[int, Range]]:
    """The cost of all charges of one price, by quantity."""
    known = [(index, it) for index in members if (it := charges[index].quantity) is not None]
    if not known:
        return
    price = charges[members[0]].price
    whole = total(quantity for _, quantity in known)
    allowance = given.get(price.meter)
    cost = price.cost(_billed(whole, allowance, left) if allowance else whole)
    for index, quantity in known:
        low = _share(cost.low, quantity.low, whole.low)
        typical = _share(cost.typical, quantity.typical, whole.typical)
        high = _share(cost.high, quantity.high, whole.high)
        # Where another resource's doubt moves the whole into a cheaper tier, a line's high can
        # fall under its low: the range then is what lies between.
        yield index, Range(min(low, typical, high), typical, max(low, typical, high))


def _billed(whole: Range, allowance: Allowance, left: dict[Allowance, _Scenarios]) -> Range:
    """What is billed of a quantity; what it takes of the allowance is no longer left."""
    free = left.get(allowance, (allowance.amount,) * 3)
    wanted = (whole.low, whole.typical, whole.high)
    low, typical, high = (max(it - have, _NONE) for it, have in zip(wanted, free, strict=True))
    left[allowance] = (
        max(free[0] - wanted[0], _NONE),
        max(free[1] - wanted[1], _NONE),
        max(free[2] - wanted[2], _NONE),
    )
    return Range(low, typical, high)


def _share(cost: Decimal, quantity: Decimal, whole: Decimal) -> Decimal:
    return (cost * quantity / whole).quantize(SMALLEST) if whole else _NONE
