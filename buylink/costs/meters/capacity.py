"""On which capacity an ECS service's tasks run: its own strategy, or its cluster's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from buylink.costs.charge import Free, Unpriced
from buylink.costs.meters.by_usage import said
from buylink.costs.quantity import Range
from buylink.graph import UNKNOWN, Graph, Resource, contains_unknown

CLUSTER: Final = "aws:ecs/cluster:Cluster"
PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
ON_DEMAND: Final = "FARGATE"
SPOT: Final = "FARGATE_SPOT"


@dataclass(frozen=True, slots=True)
class Capacity:
    """A strategy: the base runs first, and what is over is shared by weight.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html
    """

    base_on_demand: Decimal
    base_spot: Decimal
    spot_weight: Decimal
    """Of 1: the share of Spot in what is over the base."""

    def on_demand(self, tasks: Range) -> Range:
        """The tasks that run on demand, of so many."""
        return _each(tasks, lambda number: number - self._spot(number))

    def spot(self, tasks: Range) -> Range:
        """The tasks that run on Spot, of so many."""
        return _each(tasks, self._spot)

    def _spot(self, tasks: Decimal) -> Decimal:
        base = min(tasks, self.base_on_demand + self.base_spot)
        return min(base, self.base_spot) + (tasks - base) * self.spot_weight


def capacity_of(service: Resource, graph: Graph) -> Capacity | Free | Unpriced:
    """The capacity of a service on Fargate, or why it isn't priced as that."""
    strategy = said(service, "capacityProviderStrategies")
    launch_type = said(service, "launchType")
    if launch_type is UNKNOWN:
        return _NOT_KNOWN
    if strategy:
        return _capacity(strategy)
    if launch_type == ON_DEMAND:
        return _capacity([{"capacityProvider": ON_DEMAND, "weight": 1}])
    if launch_type:
        return _ON_INSTANCES
    for cluster in graph.referenced(service, "cluster", CLUSTER):
        for providers in graph.referring(cluster, "clusterName", PROVIDERS):
            if default := said(providers, "defaultCapacityProviderStrategies"):
                return _capacity(default)
    # Without any strategy the launch type is EC2.
    return _ON_INSTANCES


_ON_INSTANCES: Final = Free(reason="runs on instances, which are charged on their own")
_NOT_KNOWN: Final = Unpriced(
    reason="whether its tasks run on Fargate, and on Spot, is only known after deployment"
)


def _capacity(strategy: Any) -> Capacity | Free | Unpriced:
    if contains_unknown(strategy):
        return _NOT_KNOWN
    items = [item for item in strategy if isinstance(item, dict)]
    if {item.get("capacityProvider") for item in items} - {ON_DEMAND, SPOT}:
        return _ON_INSTANCES
    base = {item["capacityProvider"]: _number(item.get("base")) for item in items}
    weight = {item["capacityProvider"]: _number(item.get("weight")) for item in items}
    whole = sum(weight.values(), Decimal(0))
    spot = weight.get(SPOT, Decimal(0)) / whole if whole else Decimal(SPOT in base)
    return Capacity(base.get(ON_DEMAND, Decimal(0)), base.get(SPOT, Decimal(0)), spot)


def _number(value: object) -> Decimal:
    return (
        Decimal(str(value)) if isinstance(value, int | float | str) and value != "" else Decimal(0)
    )


def _each(tasks: Range, share: Callable[[Decimal], Decimal]) -> Range:
    return Range(share(tasks.low), share(tasks.typical), share(tasks.high))
