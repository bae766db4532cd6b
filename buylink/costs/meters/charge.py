"""Charges: what a meter says of a resource, what it reads for that, and the commonest of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from typing import Final, Literal

from buylink.costs.prices.book import Meter, Price, RegionalPrices
from buylink.costs.prices.quantity import HOURS_PER_MONTH, Number, Range
from buylink.graph import UNKNOWN, Graph, Resource, Value

Kind = Literal["baseline", "usage"]
"""`baseline` is paid whatever is done with a resource, `usage` for what is done with it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount a month, and why it is a range, or where it was stated."""

    amount: Range
    why: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What is stated of a resource's usage in a month: amounts by usage key, in the key's unit."""

    amounts: Mapping[str, Stated] = field(default_factory=dict[str, Stated])

    def get(self, key: str) -> Stated | None:
        return self.amounts.get(key)


NO_USAGE: Final = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageKey:
    """A key that a usage file may set for a resource; infracost's name where it has one."""

    name: str
    unit: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A month's quantity of one meter for one resource, in the price's unit.

    `quantity` is None where it depends on usage that nothing states; `note` then says on what.
    `note` also says why low, typical and high differ.
    """

    price: Price
    quantity: Range | None
    kind: Kind
    note: str = ""
    warning: str = ""
    """What the reader of the whole bill must know of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """AWS charges nothing here, and why not, or where it does."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """AWS charges something that nothing here can price, and what."""

    reason: str


@dataclass(frozen=True)
class MeterContext:
    """What a measure may look at besides the resource itself."""

    graph: Graph
    prices: RegionalPrices
    usages: Mapping[str, Usage]
    """By URN; a resource that is missing has no stated usage."""
    home: str | None = None
    """The region that `prices` stand for; where the stack itself says it is."""
    _elsewhere: dict[str, MeterContext] = field(
        default_factory=dict[str, "MeterContext"], repr=False
    )

    def of(self, resource: Resource) -> MeterContext:
        """With the prices of where a resource is. Raises RegionError where there are none."""
        region = self.graph.region_of(resource)
        if region is None or region in (self.home, self.prices.region):
            return self
        if region not in self._elsewhere:
            prices = self.prices.book.in_region(region)
            self._elsewhere[region] = replace(self, prices=prices, home=region)
        return self._elsewhere[region]

    def usage(self, resource: Resource) -> Usage:
        """What is stated of a resource's usage."""
        return self.usages.get(resource.urn, NO_USAGE)

    def price(self, meter: Meter) -> Price:
        return self.prices.price(meter)


Measure = Callable[[Resource, MeterContext], Iterable[Charge | Free | Unpriced]]
"""What a resource costs as it is: its charges, else why it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSpec:
    """A resource type that costs something, and how: `terraform` is its name in usage files."""

    type: str
    terraform: str
    measure: Measure
    usage_keys: tuple[UsageKey, ...] = ()
    unpriced_keys: tuple[UsageKey, ...] = ()
    """Keys that a usage file may set as well, of what AWS charges and no price is known for."""

    @property
    def key_names(self) -> list[str]:
        return [key.name for key in (*self.usage_keys, *self.unpriced_keys)]


def by_usage(
    resource: Resource,
    context: MeterContext,
    meter: Meter | Price,
    key: UsageKey,
    per_unit: Number = 1,
) -> Charge:
    """A charge for what is stated under `key`; without it, what it depends on.

    `per_unit` is how many of the price's units one unit of the key is.
    """
    price = meter if isinstance(meter, Price) else context.price(meter)
    stated = context.usage(resource).get(key.name)
    if stated is None:
        return Charge(price=price, quantity=None, kind="usage", note=f"depends on {key.about}")
    return Charge(price=price, quantity=stated.amount * per_unit, kind="usage", note=stated.why)


MESSAGE_KB: Final = UsageKey(
    name="request_size_kb", unit="KB", about="the size of a message: each 64 KB are one request"
)
_CHUNK_KB: Final = 64


def by_chunks(resource: Resource, context: MeterContext, meter: Meter, key: UsageKey) -> Charge:
    """A charge for messages of queues, topics and buses: each 64 KB of one is billed as one.

    Where nothing says how large they are, they are of at most 64 KB.
    """
    charge = by_usage(resource, context, meter, key)
    size = context.usage(resource).get(MESSAGE_KB.name)
    if size is None or charge.quantity is None:
        return charge
    low, typical, high = (
        max((kb / _CHUNK_KB).to_integral_value(ROUND_CEILING), Decimal(1)) for kb in size.amount
    )
    return replace(charge, quantity=charge.quantity * Range(low, typical, high))


def by_hour(context: MeterContext, meter: Meter, number: Range | Number = 1) -> Charge:
    """A charge for things that are there all month."""
    count = number if isinstance(number, Range) else Range.exactly(number)
    return Charge(price=context.price(meter), quantity=count * HOURS_PER_MONTH, kind="baseline")


def by_month(context: MeterContext, meter: Meter, number: Number = 1) -> Charge:
    """A charge for things that are priced by the month."""
    return Charge(price=context.price(meter), quantity=Range.exactly(number), kind="baseline")


def depending(context: MeterContext, meter: Meter, on: str, kind: Kind = "baseline") -> Charge:
    """A charge that there may be: what it depends on isn't known."""
    price = context.price(meter)
    return Charge(price=price, quantity=None, kind=kind, note=f"depends on {on}")


def doubtful(charge: Charge, on: str) -> Charge:
    """A charge that may well not come: low and typical are without it."""
    high = charge.quantity.high if charge.quantity else Decimal(0)
    note = f"{on} is only known after deployment"
    return replace(charge, quantity=charge.quantity and Range.between(0, 0, high), note=note)


def get_stated(resource: Resource, name: str) -> Value:
    """A property's value, UNKNOWN where the program gives one that isn't known yet.

    What it leaves to AWS is unknown in a preview's outputs, too: that is None here, the default.
    """
    value = resource.get(name)
    return None if value is UNKNOWN and resource.inputs.get(name) is None else value


def get_nested(resource: Resource, name: str, part: str) -> Value:
    """A part of a structured property; unknown where the whole is."""
    whole = get_stated(resource, name)
    return whole.get(part) if isinstance(whole, dict) else whole


def known(value: object) -> object | None:
    """A property's value; None when it isn't set or isn't known."""
    return None if value in (UNKNOWN, None, "") else value
