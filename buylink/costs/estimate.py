"""From a resource graph to its bill: pure functions over data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Free, Kind, Surroundings, Unpriced
from buylink.costs.free_tier import Allowance, allowances
from buylink.costs.meters import FREE, METERED
from buylink.costs.prices.book import Meter, Price, RegionalPrices, RegionError
from buylink.costs.quantity import Range, total
from buylink.costs.regions import region_of
from buylink.costs.usage.usage import Usage
from buylink.graph import Graph, Resource

CURRENCY: Final = "USD"
SMALLEST: Final = Decimal("0.000001")
"""Lines are kept to a millionth of a dollar, and a total is the sum of its lines."""

_NONE: Final = Decimal(0)
_Scenarios = tuple[Decimal, Decimal, Decimal]
"""An amount where all is low, typical and high: what is left may well fall from one to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One meter of one resource; `quantity` and `monthly` are None where no usage is stated."""

    urn: str
    type: str
    name: str
    component: str
    """The nearest component above the resource, by name; the stack's where there is none."""
    price: Price
    quantity: Range | None
    monthly: Range | None
    kind: Kind
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncharged:
    """A resource without a line: free, or not priced, and why."""

    urn: str
    type: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many resources there are; one that is priced in part counts as unpriced."""

    resources: int
    priced: int
    free: int
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A stack's monthly bill in USD."""

    stack: str
    region: str
    lines: tuple[Line, ...]
    free: tuple[Uncharged, ...] = ()
    unpriced: tuple[Uncharged, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the reader must know of the whole: a load that is more than the stack can serve, say."""

    @property
    def total(self) -> Range:
        return total(line.monthly for line in self.lines if line.monthly)

    def of_kind(self, kind: Kind) -> Range:
        return total(it.monthly for it in self.lines if it.monthly and it.kind == kind)

    @property
    def coverage(self) -> Coverage:
        unpriced = {it.urn for it in self.unpriced}
        priced = {line.urn for line in self.lines} - unpriced
        free = {it.urn for it in self.free} - priced - unpriced
        return Coverage(
            resources=len(priced) + len(free) + len(unpriced),
            priced=len(priced),
            free=len(free),
            unpriced=len(unpriced),
        )

    @property
    def prices_as_of(self) -> tuple[str, str]:
        """The dates of the oldest and the newest price in it; empty without lines."""
        dates = sorted(line.price.as_of for line in self.lines)
        return (dates[0], dates[-1]) if dates else ("", "")


@dataclass
class _Found:
    charges: list[tuple[Resource, Charge]] = field(default_factory=list[tuple[Resource, Charge]])
    free: list[Uncharged] = field(default_factory=list[Uncharged])
    unpriced: list[Uncharged] = field(default_factory=list[Uncharged])


def estimate(
    graph: Graph,
    prices: RegionalPrices,
    usages: Mapping[str, Usage],
    *,
    free_tier: bool = False,
    warnings: Iterable[str] = (),
) -> Estimate:
    """The bill of a graph. `usages` is by URN; PriceError when a price is missing.

    Account-wide volume tiers and free tiers are applied to the whole, and shared out by quantity.
    """
    surroundings = Surroundings(graph, prices, usages, region_of(graph))
    found = _Found()
    for resource in graph:
        _measure(resource, surroundings, found)
    given = allowances(prices) if free_tier else ()
    monthly = _monthly([charge for _, charge in found.charges], given)
    lines = tuple(
        _line(graph, resource, charge, amount)
        for (resource, charge), amount in zip(found.charges, monthly, strict=True)
    )
    return Estimate(
        stack=graph.stack,
        region=prices.region,
        lines=lines,
        free=tuple(found.free),
        unpriced=tuple(found.unpriced),
        warnings=tuple(warnings),
    )


def _measure(resource: Resource, surroundings: Surroundings, found: _Found) -> None:
    for item in _items(resource, surroundings):
        match item:
            case Charge():
                found.charges.append((resource, item))
            case Free(reason=reason):
                found.free.append(Uncharged(urn=resource.urn, type=resource.type, reason=reason))
            case Unpriced(reason=reason):
                found.unpriced.append(
                    Uncharged(urn=resource.urn, type=resource.type, reason=reason)
                )


def _items(resource: Resource, surroundings: Surroundings) -> Iterable[Charge | Free | Unpriced]:
    """What is said of a resource; nothing of providers and of components."""
    if resource.options.get("external"):
        return [Free(reason="it is read here and made elsewhere")]
    if reason := FREE.get(resource.type):
        return [Free(reason=reason)]
    if metered := METERED.get(resource.type):
        try:
            return list(metered.measure(resource, surroundings.of(resource)))
        except RegionError as error:
            return [Unpriced(reason=str(error))]
    if resource.custom and not resource.is_provider:
        return [Unpriced(reason=f"no meter for {resource.type}")]
    if _is_closed(resource, surroundings.graph):
        return [Unpriced(reason="its plugin expands it, so this graph lacks its resources")]
    return []


def _is_closed(resource: Resource, graph: Graph) -> bool:
    """Whether a component has children that only a run with its plugin shows."""
    return resource.type.startswith("awsx:") and not graph.children(resource.urn)


def _monthly(charges: list[Charge], free: Iterable[Allowance]) -> list[Range | None]:
    """What each charge costs, once the tiers of its meter saw the whole account's quantity."""
    given: dict[Meter, Allowance] = {it: one for one in free for it in one.meters}
    pools: dict[object, list[int]] = {}
    for index, charge in enumerate(charges):
        meter = charge.price.meter
        pools.setdefault((given.get(meter), charge.price), []).append(index)
    amounts: list[Range | None] = [None] * len(charges)
    left: dict[Allowance, _Scenarios] = {}
    for members in pools.values():
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


def _line(graph: Graph, resource: Resource, charge: Charge, monthly: Range | None) -> Line:
    return Line(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        component=_component(graph, resource),
        price=charge.price,
        quantity=charge.quantity,
        monthly=monthly,
        kind=charge.kind,
        note=charge.note,
    )


def _component(graph: Graph, resource: Resource) -> str:
    parent = graph.by_urn.get(resource.parent or "")
    while parent is not None and parent.custom:
        parent = graph.by_urn.get(parent.parent or "")
    return parent.name if parent else graph.stack
