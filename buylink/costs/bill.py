"""The bill of a graph: its region, its load and what that uses, put before the estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from buylink.costs.estimate import Estimate, estimate
from buylink.costs.prices.book import PriceError
from buylink.costs.prices.book import packaged as packaged_prices
from buylink.costs.regions import region_of
from buylink.costs.usage.coefficients import Coefficients
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.files import UsageFile
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.load import Load, load_of, overridden
from buylink.costs.usage.usage import Usage
from buylink.graph import Graph


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What a bill takes for granted instead of what the graph says.

    `load` is a whole one, or `users=10000,videosPerDay=500` or one of the two; a usage file goes
    before what follows from the load. Without `figures` the packaged ones count.
    """

    region: str | None = None
    free_tier: bool = False
    load: Load | str | None = None
    usage: UsageFile | None = None
    figures: Coefficients | None = None


AS_DECLARED: Final = Assumptions()


def bill(graph: Graph, assumptions: Assumptions = AS_DECLARED) -> Estimate:
    """What a stack costs a month.

    Raises PriceError when a region or a price is missing, and UsageError for a load or a usage
    file that doesn't fit.
    """
    where = region_of(graph) if assumptions.region is None else assumptions.region
    if where is None:
        raise PriceError("the graph names no region: give one with --region")
    regional = packaged_prices().in_region(where)
    figures = assumptions.figures or packaged_coefficients()
    load = load_for(graph, assumptions)
    warnings: list[str] = []
    if assumptions.load is None and load_of(graph) is None:
        warnings = [f"no component states a load: priced for {load}"]
    usages = hub_usages(graph, load, figures)
    if assumptions.usage is not None:
        stated, unused = assumptions.usage.usages(graph)
        warnings += unused
        usages = _laid_over(usages, stated)
    return estimate(graph, regional, usages, free_tier=assumptions.free_tier, warnings=warnings)


def load_for(graph: Graph, assumptions: Assumptions = AS_DECLARED) -> Load:
    """The load that a bill is for: what is assumed, laid over what the graph declares."""
    figures = assumptions.figures or packaged_coefficients()
    match assumptions.load:
        case Load() as load:
            return load
        case None:
            return load_of(graph) or figures.default_load
        case text:
            return overridden(load_of(graph) or figures.default_load, text)


def _laid_over(usages: Mapping[str, Usage], stated: Mapping[str, Usage]) -> dict[str, Usage]:
    """Key by key: what is stated of one key of a resource leaves its others."""
    none = Usage()
    return {
        urn: Usage({**usages.get(urn, none).amounts, **stated.get(urn, none).amounts})
        for urn in {**usages, **stated}
    }
