"""The autoscaling of the stack's services: bounds, and what of it is suspended."""

from collections.abc import Mapping
from typing import Any

from app.budget_guard.levers.lever import Value
from app.budget_guard.levers.services import StackServices, service_of
from app.budget_guard.mode import Mode

MOST_DESCRIBED = 50
"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html"""

TARGETS: dict[str, str] = {
    "ServiceNamespace": "ecs",
    "ScalableDimension": "ecs:service:DesiredCount",
}
SUSPENDED = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


class Scaling:
    """Bounds go together, as whoever sets one sets both; each suspension is a part of its own.

    Stopped: no tasks and all of it suspended, scheduled scaling too, else a service comes back.
    Braked: no worker goes beyond `worker_tasks`.
    """

    kind = "scaling"

    def __init__(
        self,
        autoscaling: Any,
        services: StackServices,
        *,
        never_stop: frozenset[str],
        workers: frozenset[str],
        worker_tasks: int,
    ) -> None:
        self._autoscaling = autoscaling
        self._services = services
        self._never_stop = never_stop
        self._workers = workers
        self._worker_tasks = worker_tasks

    def read(self) -> Mapping[str, Value]:
        names = [f"service/{name}" for name in self._services.all()]
        pages = self._autoscaling.get_paginator("describe_scalable_targets")
        found: dict[str, Value] = {}
        for start in range(0, len(names), MOST_DESCRIBED):
            asked = names[start : start + MOST_DESCRIBED]
            for page in pages.paginate(**TARGETS, ResourceIds=asked):
                for target in page["ScalableTargets"]:
                    found[target["ResourceId"]] = _value(target)
        return found

    def held(self, name: str, original: Value, mode: Mode) -> Value:
        service = service_of(name)
        if mode is Mode.STOPPED and service not in self._never_stop:
            return {"bounds": [0, 0], **dict.fromkeys(SUSPENDED, True)}
        if mode is not Mode.NORMAL and service in self._workers:
            least, most = original["bounds"]
            most = min(most, self._worker_tasks)
            return {**original, "bounds": [min(least, most), most]}
        return original

    def move(self, name: str, value: Value) -> None:
        least, most = value["bounds"]
        self._autoscaling.register_scalable_target(
            **TARGETS,
            ResourceId=name,
            MinCapacity=least,
            MaxCapacity=most,
            SuspendedState={it: value[it] for it in SUSPENDED},
        )


def _value(target: Mapping[str, Any]) -> Value:
    suspended = target.get("SuspendedState", {})
    return {
        "bounds": [target["MinCapacity"], target["MaxCapacity"]],
        **{it: suspended.get(it, False) for it in SUSPENDED},
    }
