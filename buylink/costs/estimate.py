"""From a resource graph to its bill: pure functions over data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from buylink.costs.meters.charge import Charge, Free, Kind, MeterContext, MeterSpec, Unpriced, Usage
from buylink.costs.meters.registry import FREE_TYPES, METERS_BY_TYPE, charged_after_all
from buylink.costs.pooling import allowances, monthly_amounts
from buylink.costs.prices.book import Price, RegionalPrices, RegionError
from buylink.costs.prices.quantity import Range, total
from buylink.graph import Graph, Resource

CURRENCY: Final = "USD"


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
        return total(line.monthly for line in self.lines if line.monthly and line.kind == kind)

    @property
    def coverage(self) -> Coverage:
        unpriced = {uncharged.urn for uncharged in self.unpriced}
        priced = {line.urn for line in self.lines} - unpriced
        free = {uncharged.urn for uncharged in self.free} - priced - unpriced
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
class _Measured:
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
    context = MeterContext(graph, prices, usages, graph.region)
    measured = _Measured()
    for resource in graph:
        _measure(resource, context, measured)
    allowed = allowances(prices) if free_tier else ()
    monthly = monthly_amounts([charge for _, charge in measured.charges], allowed)
    lines = tuple(
        _line(graph, resource, charge, amount)
        for (resource, charge), amount in zip(measured.charges, monthly, strict=True)
    )
    return Estimate(
        stack=graph.stack,
        region=prices.region,
        lines=lines,
        free=tuple(measured.free),
        unpriced=tuple(measured.unpriced),
        warnings=(*warnings, *_warnings(measured)),
    )


def _warnings(measured: _Measured) -> Iterable[str]:
    warnings = (
        f"{resource.name}: {charge.warning}"
        for resource, charge in measured.charges
        if charge.warning
    )
    return dict.fromkeys(warnings)


def _measure(resource: Resource, context: MeterContext, measured: _Measured) -> None:
    for item in _items(resource, context):
        match item:
            case Charge():
                measured.charges.append((resource, item))
            case Free(reason=reason):
                measured.free.append(Uncharged(urn=resource.urn, type=resource.type, reason=reason))
            case Unpriced(reason=reason):
                measured.unpriced.append(
                    Uncharged(urn=resource.urn, type=resource.type, reason=reason)
                )


def _items(resource: Resource, context: MeterContext) -> Iterable[Charge | Free | Unpriced]:
    """What is said of a resource; nothing of providers and of components."""
    if resource.options.get("external"):
        return [Free(reason="it is read here and made elsewhere")]
    if reason := FREE_TYPES.get(resource.type):
        charged = charged_after_all(resource)
        return [Unpriced(reason=charged) if charged else Free(reason=reason)]
    if spec := METERS_BY_TYPE.get(resource.type):
        try:
            items = spec.measure(resource, context.of(resource))
            return [*items, *_without_price(spec, context.usage(resource))]
        except RegionError as error:
            return [Unpriced(reason=str(error))]
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            # A graph from elsewhere may hold anything: said of this resource, and no other's loss.
            got = f"{type(error).__name__}: {error}"
            return [Unpriced(reason=f"a property isn't what AWS takes ({got})")]
    if resource.custom and not resource.is_provider:
        return [Unpriced(reason=f"no meter for {resource.type}")]
    if _is_closed(resource, context.graph):
        return [Unpriced(reason="its plugin expands it, so this graph lacks its resources")]
    return []


def _without_price(spec: MeterSpec, usage: Usage) -> Iterable[Unpriced]:
    stated = ((key, usage.get(key.name)) for key in spec.unpriced_keys)
    return (
        Unpriced(reason=f"no price for {key.about}")
        for key, usage in stated
        if usage and usage.amount.high
    )


def _is_closed(resource: Resource, graph: Graph) -> bool:
    """Whether a component has children that only a run with its plugin shows."""
    return resource.type.startswith("awsx:") and not graph.children(resource.urn)


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
    seen = {resource.urn}  # a graph from elsewhere may go round in circles
    parent = graph.by_urn.get(resource.parent or "")
    while parent is not None and parent.custom and parent.urn not in seen:
        seen.add(parent.urn)
        parent = graph.by_urn.get(parent.parent or "")
    return graph.stack if parent is None or parent.custom else parent.name
