"""Small graphs, and what the estimator says of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from buylink.costs.estimate import Estimate, estimate
from buylink.costs.meters.charge import Stated, Usage
from buylink.costs.prices.book import packaged
from buylink.costs.prices.quantity import Range
from buylink.graph import Graph, Resource, Value

REGION = "us-east-1"
Amount = int | str | tuple[str, str, str]
Example = tuple[tuple[Resource, ...], Mapping[str, Amount], dict[str, str | None]]
"""Resources, the usage of the first of them, and what each meter costs; None where it depends."""


def resource(
    kind: str,
    inputs: Mapping[str, Value] | None = None,
    *,
    name: str = "one",
    refers: Mapping[str, str] | None = None,
    parent: str | None = None,
    custom: bool = True,
) -> Resource:
    """A resource; `refers` maps inputs to the names of the resources they come from."""
    return Resource(
        urn=urn(kind, name),
        type=kind,
        name=name,
        parent=parent,
        custom=custom,
        inputs=inputs or {},
        dependencies={key: (other,) for key, other in (refers or {}).items()},
    )


def urn(kind: str, name: str = "one") -> str:
    return f"urn:pulumi:test::shop::{kind}::{name}"


def amount(stated: Amount) -> Range:
    figures = stated if isinstance(stated, tuple) else (stated,) * 3
    return Range.between(*(Decimal(figure) for figure in figures))


def bill_of(
    *resources: Resource,
    usage: Mapping[str, Amount] | None = None,
    region: str = REGION,
    free_tier: bool = False,
) -> Estimate:
    """The bill of a graph; the usage is that of the first resource."""
    stated = Usage({key: Stated(amount(figure), "stated") for key, figure in (usage or {}).items()})
    graph = Graph("shop", "test", resources)
    prices = packaged().in_region(region)
    return estimate(graph, prices, {resources[0].urn: stated}, free_tier=free_tier)


def typical(bill: Estimate) -> dict[str, Decimal | None]:
    """What each meter costs a month, typically; None where it depends on usage."""
    costs: dict[str, Decimal | None] = {}
    for line in bill.lines:
        before = costs.get(line.price.meter.name) or Decimal(0)
        costs[line.price.meter.name] = line.monthly and before + line.monthly.typical
    return costs
