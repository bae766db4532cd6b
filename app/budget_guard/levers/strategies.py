"""Where the tasks of the stack's services run: on Spot, or on demand while Spot has no room."""

from collections.abc import Collection, Mapping
from typing import Any

from app.budget_guard.levers.lever import DeferredError, Value
from app.budget_guard.levers.services import StackServices
from app.budget_guard.mode import Mode
from app.budget_guard.tasks import ON_DEMAND, SPOT


class Strategies:
    """A service's capacity provider strategy; those named `on_demand` fall back from Spot.

    Only in normal mode: on demand is dearer. How many tasks there are stays the autoscaler's word.
    """

    kind = "strategy"

    def __init__(self, ecs: Any, services: StackServices, on_demand: Collection[str]) -> None:
        self._ecs = ecs
        self._services = services
        self._on_demand = on_demand

    def read(self) -> Mapping[str, Value]:
        return {
            name: {"strategy": sorted(map(_item, service["capacityProviderStrategy"]), key=str)}
            for name, service in self._services.all().items()
            if service.get("capacityProviderStrategy")
        }

    def held(self, name: str, original: Value, mode: Mode) -> Value:
        items = {it["capacityProvider"]: it for it in original["strategy"]}
        if mode is not Mode.NORMAL or name not in self._on_demand or SPOT not in items:
            return original
        base = items.get(ON_DEMAND, {}).get("base", 0)
        return {"strategy": [{"base": base, "capacityProvider": ON_DEMAND, "weight": 1}]}

    def move(self, name: str, value: Value) -> None:
        if len(self._services.all()[name]["deployments"]) > 1:
            raise DeferredError("it is being deployed")
        cluster, service = name.split("/")
        # Without a deployment another strategy would hold for new tasks alone.
        self._ecs.update_service(
            cluster=cluster,
            service=service,
            capacityProviderStrategy=value["strategy"],
            forceNewDeployment=True,
        )


def _item(given: Mapping[str, Any]) -> Value:
    return {
        "base": given.get("base", 0),
        "capacityProvider": given["capacityProvider"],
        "weight": given.get("weight", 0),
    }
