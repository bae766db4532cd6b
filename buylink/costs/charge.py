"""What a meter says of a resource, before anything is added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from buylink.costs.prices.book import Meter, Price, RegionalPrices
from buylink.costs.quantity import Range
from buylink.costs.regions import region_of_resource
from buylink.costs.usage.usage import Usage
from buylink.graph import Graph, Resource

Kind = Literal["baseline", "usage"]
"""`baseline` is paid for being there, `usage` for what is done with it."""


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
class Surroundings:
    """What a measure may look at besides the resource itself."""

    graph: Graph
    prices: RegionalPrices
    usages: Mapping[str, Usage]
    """By URN; a resource that is missing has no stated usage."""
    home: str | None = None
    """The region that `prices` stand for; where the stack itself says it is."""
    _elsewhere: dict[str, Surroundings] = field(
        default_factory=dict[str, "Surroundings"], repr=False
    )

    def of(self, resource: Resource) -> Surroundings:
        """With the prices of where a resource is. Raises RegionError where there are none."""
        region = region_of_resource(resource, self.graph)
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


NO_USAGE = Usage({})


Measure = Callable[[Resource, Surroundings], Iterable[Charge | Free | Unpriced]]
"""What a resource costs as it is: its charges, else why it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageKey:
    """A key that a usage file may set for a resource; infracost's name where it has one."""

    name: str
    unit: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
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
