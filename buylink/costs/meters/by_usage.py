"""The commonest charges: by the month, and by what a usage key states."""

from __future__ import annotations

from buylink.costs.charge import Charge, Surroundings, UsageKey
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import HOURS_PER_MONTH, Number, Range
from buylink.graph import UNKNOWN, Resource


def by_usage(
    resource: Resource,
    surroundings: Surroundings,
    meter: Meter,
    key: UsageKey,
    per_unit: Number = 1,
) -> Charge:
    """A charge for what is stated under `key`; without it, what it depends on.

    `per_unit` is how many of the price's units one unit of the key is.
    """
    price = surroundings.price(meter)
    stated = surroundings.usage(resource).get(key.name)
    if stated is None:
        return Charge(price=price, quantity=None, kind="usage", note=f"depends on {key.about}")
    return Charge(price=price, quantity=stated.amount * per_unit, kind="usage", note=stated.why)


def by_hour(surroundings: Surroundings, meter: Meter, number: Range | Number = 1) -> Charge:
    """A charge for things that are there all month."""
    count = number if isinstance(number, Range) else Range.exactly(number)
    return Charge(
        price=surroundings.price(meter), quantity=count * HOURS_PER_MONTH, kind="baseline"
    )


def by_month(surroundings: Surroundings, meter: Meter, number: Number = 1) -> Charge:
    """A charge for things that are priced by the month."""
    return Charge(price=surroundings.price(meter), quantity=Range.exactly(number), kind="baseline")


def known(value: object) -> object | None:
    """A property's value; None when it isn't set or isn't known."""
    return None if value in (UNKNOWN, None, "") else value
