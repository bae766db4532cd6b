"""The commonest charges: by the month, and by what a usage key states."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from buylink.costs.charge import Charge, Kind, Surroundings, UsageKey
from buylink.costs.prices.book import Meter, Price
from buylink.costs.quantity import HOURS_PER_MONTH, Number, Range
from buylink.graph import UNKNOWN, Resource


def by_usage(
    resource: Resource,
    surroundings: Surroundings,
    meter: Meter | Price,
    key: UsageKey,
    per_unit: Number = 1,
) -> Charge:
    """A charge for what is stated under `key`; without it, what it depends on.

    `per_unit` is how many of the price's units one unit of the key is.
    """
    price = meter if isinstance(meter, Price) else surroundings.price(meter)
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


def depending(surroundings: Surroundings, meter: Meter, on: str, kind: Kind = "baseline") -> Charge:
    """A charge that there may be: what it depends on isn't known."""
    price = surroundings.price(meter)
    return Charge(price=price, quantity=None, kind=kind, note=f"depends on {on}")


def doubtful(charge: Charge, on: str) -> Charge:
    """A charge that may well not come: low and typical are without it."""
    high = charge.quantity.high if charge.quantity else Decimal(0)
    note = f"{on} is only known after deployment"
    return replace(charge, quantity=charge.quantity and Range.between(0, 0, high), note=note)


def said(resource: Resource, name: str) -> Any:
    """A property's value, UNKNOWN where the program gives one that isn't known yet.

    What it leaves to AWS is unknown in a preview's outputs, too: that is None here, the default.
    """
    value = resource.get(name)
    return None if value is UNKNOWN and resource.inputs.get(name) is None else value


def known(value: object) -> object | None:
    """A property's value; None when it isn't set or isn't known."""
    return None if value in (UNKNOWN, None, "") else value


def part(resource: Resource, name: str, part: str) -> Any:
    """A part of a structured property; unknown where the whole is."""
    whole = said(resource, name)
    return whole.get(part) if isinstance(whole, dict) else whole
