"""The bill of a graph: its region, its load and what that uses, put before the estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from buylink.costs.estimate import Estimate, estimate
from buylink.costs.meters.charge import NO_USAGE, Usage
from buylink.costs.prices.book import PriceError
from buylink.costs.prices.book import packaged as packaged_prices
from buylink.costs.usage.coefficients import Coefficients
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.files import UsageFile
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.load import Load, LoadOverride, load_of
from buylink.graph import Graph


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What a bill takes for granted instead of what the graph says.

    What a usage file states replaces what follows from the load. Without `figures` the packaged
    ones count.
    """

    region: str | None = None
    free_tier: bool = False
    load: Load | LoadOverride | None = None
    usage: UsageFile | None = None
    figures: Coefficients | None = None


AS_DECLARED: Final = Assumptions()


def bill(graph: Graph, assumptions: Assumptions = AS_DECLARED) -> Estimate:
    """What a stack costs a month.

    Raises PriceError when a region or a price is missing, and UsageError for a load or a usage
    file that doesn't fit.
    """
    region = graph.region if assumptions.region is None else assumptions.region
    if region is None:
        raise PriceError("the graph names no region: give one with --region")
    prices = packaged_prices().in_region(region)
    figures = assumptions.figures or packaged_coefficients()
    load = load_for(graph, assumptions)
    warnings: list[str] = []
    if assumptions.load is None and load_of(graph) is None:
        warnings = [f"no component states a load: priced for {load}"]
    usages = hub_usages(graph, load, figures)
    if assumptions.usage is not None:
        stated, unused = assumptions.usage.usages(graph)
        warnings += unused
        usages = _override(usages, stated)
    return estimate(graph, prices, usages, free_tier=assumptions.free_tier, warnings=warnings)


def load_for(graph: Graph, assumptions: Assumptions = AS_DECLARED) -> Load:
    """The load that a bill is for: what is assumed, else what the graph declares."""
    if isinstance(assumptions.load, Load):
        return assumptions.load
    figures = assumptions.figures or packaged_coefficients()
    declared = load_of(graph) or figures.default_load
    return declared if assumptions.load is None else assumptions.load.applied_to(declared)


def _override(usages: Mapping[str, Usage], stated: Mapping[str, Usage]) -> dict[str, Usage]:
    """Key by key: what is stated of one key of a resource leaves its others."""
    return {
        urn: Usage({**usages.get(urn, NO_USAGE).amounts, **stated.get(urn, NO_USAGE).amounts})
        for urn in {**usages, **stated}
    }
