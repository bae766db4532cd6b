"""Which metric series Container Insights makes for tasks on Fargate, as AWS's tables list them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Containers:
    """How many containers a task has, and how many of them have what some metrics need."""

    number: int = 1
    with_health_check: int = 1
    with_restart_policy: int = 0


MOST: Final = Containers(number=2, with_health_check=2, with_restart_policy=2)
"""What containers that aren't known are taken for at most."""


def containers(definitions: object) -> Containers | None:
    """Of a task definition's `containerDefinitions`; None where they aren't known."""
    if not isinstance(definitions, str):
        return None
    try:
        listed: Any = json.loads(definitions)
    except ValueError:
        return None
    held = [it for it in listed if isinstance(it, dict)] if isinstance(listed, list) else []
    return Containers(
        number=max(len(held), 1),
        with_health_check=sum(1 for it in held if it.get("healthCheck")),
        with_restart_policy=sum(1 for it in held if _restarts(it)),
    )


def _restarts(container: dict[str, Any]) -> bool:
    policy = container.get("restartPolicy")
    return isinstance(policy, dict) and policy.get("enabled") is True


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics that have the same dimensions: how many series each has at each level.

    A task definition family is counted with its service. `of` says which containers have them.
    """

    names: tuple[str, ...]
    cluster: int = 0
    service: int = 0
    task: int = 0
    container: int = 0
    """For each container of a service, however many tasks it has."""
    task_container: int = 0
    """For each container of each task."""
    of: str = "number"


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of Container Insights."""

    metrics: tuple[Metrics, ...]

    def of_cluster(self, held: Iterable[Containers]) -> int:
        services = list(held)
        return sum(
            len(it.names) * it.cluster
            for it in self.metrics
            if any(getattr(one, it.of) for one in services)
        )

    def of_service(self, held: Containers) -> int:
        """Of a service and its task definition family."""
        return sum(
            len(it.names) * (it.service * bool(number) + it.container * number)
            for it, number in self._numbered(held)
        )

    def of_task(self, held: Containers) -> int:
        return sum(
            len(it.names) * (it.task * bool(number) + it.task_container * number)
            for it, number in self._numbered(held)
        )

    def _numbered(self, held: Containers) -> Iterable[tuple[Metrics, int]]:
        return ((it, getattr(held, it.of)) for it in self.metrics)


_OF_SERVICE: Final = Metrics(
    ("DeploymentCount", "DesiredTaskCount", "PendingTaskCount", "RunningTaskCount", "TaskSetCount"),
    service=1,
)
_OF_CLUSTER: Final = Metrics(("ServiceCount", "TaskCount"), cluster=1)
_OF_TASKS: Final = (
    "CpuReserved",
    "CpuUtilized",
    "EphemeralStorageReserved",
    "EphemeralStorageUtilized",
    "MemoryReserved",
    "MemoryUtilized",
    "NetworkRxBytes",
    "NetworkTxBytes",
    "StorageReadBytes",
    "StorageWriteBytes",
)

STANDARD: Final = Series((Metrics(_OF_TASKS, cluster=1, service=2), _OF_SERVICE, _OF_CLUSTER))

ENHANCED: Final = Series(
    (
        Metrics(
            (
                *_OF_TASKS,
                "ContainerCpuUtilization",
                "ContainerNetworkRxBytes",
                "ContainerNetworkTxBytes",
                "TaskCpuUtilization",
                "TaskEphemeralStorageUtilization",
                "TaskMemoryUtilization",
            ),
            cluster=1,
            service=2,
            task=2,
        ),
        Metrics(
            (
                "ContainerCpuReserved",
                "ContainerCpuUtilized",
                "ContainerMemoryReserved",
                "ContainerMemoryUtilization",
                "ContainerMemoryUtilized",
                "ContainerStorageReadBytes",
                "ContainerStorageWriteBytes",
            ),
            cluster=1,
            container=2,
            task_container=2,
        ),
        Metrics(
            ("UnHealthyContainerHealthStatus",),
            cluster=1,
            container=2,
            task_container=2,
            of="with_health_check",
        ),
        Metrics(
            ("RestartCount",),
            cluster=1,
            service=2,
            task=2,
            container=2,
            task_container=2,
            of="with_restart_policy",
        ),
        _OF_SERVICE,
        _OF_CLUSTER,
    )
)
"""Without those of EC2 instances and EBS volumes."""
