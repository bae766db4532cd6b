"""The bill of a graph: its region, its load and what that uses, put before the estimate."""

from __future__ import annotations

from buylink.costs.estimate import Estimate, estimate
from buylink.costs.prices.book import PriceError, packaged
from buylink.costs.regions import region_of
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.load import load_of
from buylink.graph import Graph


def bill(graph: Graph, *, region: str | None = None, free_tier: bool = False) -> Estimate:
    """What a stack costs a month. Raises PriceError when a region or a price is missing."""
    where = region or region_of(graph)
    if where is None:
        raise PriceError("the graph names no region: give one with --region")
    regional = packaged().in_region(where)
    figures = packaged_coefficients()
    load = load_of(graph)
    warnings = [] if load else [f"no component states a load: priced for {figures.default_load}"]
    usages = hub_usages(graph, load or figures.default_load, figures)
    return estimate(graph, regional, usages, free_tier=free_tier, warnings=warnings)
