"""Container Insights, a setting of ECS clusters. https://aws.amazon.com/cloudwatch/pricing/

AWS bills each metric series in each hour that it reports. Which series there are is from
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.meters.charge import Charge, Free, MeterContext, MeterSpec, Unpriced, get_stated
from buylink.costs.meters.cloudwatch import CUSTOM_METRIC, INGESTION
from buylink.costs.meters.fargate import CLUSTER, SERVICE, TASK_DEFINITION
from buylink.costs.meters.tasks import MONTHLY_TASK_STARTS, running
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import HOURS_PER_MONTH, ZERO, Range, total
from buylink.graph import Resource, Value, contains_unknown


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
        listed: Value = json.loads(definitions)
    except ValueError:
        return None
    entries: list[Value] = listed if isinstance(listed, list) else []
    declared = [entry for entry in entries if isinstance(entry, dict)]
    return Containers(
        number=max(len(declared), 1),
        with_health_check=sum(1 for container in declared if container.get("healthCheck")),
        with_restart_policy=sum(1 for container in declared if _restarts(container)),
    )


def _restarts(container: dict[str, Value]) -> bool:
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

    def of_cluster(self, containers: Iterable[Containers]) -> int:
        services = list(containers)
        return sum(
            len(metrics.names) * metrics.cluster
            for metrics in self.metrics
            if any(getattr(service, metrics.of) for service in services)
        )

    def of_service(self, containers: Containers) -> int:
        """Of a service and its task definition family."""
        return sum(
            len(metrics.names) * (metrics.service * bool(number) + metrics.container * number)
            for metrics, number in self._numbered(containers)
        )

    def of_task(self, containers: Containers) -> int:
        return sum(
            len(metrics.names) * (metrics.task * bool(number) + metrics.task_container * number)
            for metrics, number in self._numbered(containers)
        )

    def _numbered(self, containers: Containers) -> Iterable[tuple[Metrics, int]]:
        return ((metrics, getattr(containers, metrics.of)) for metrics in self.metrics)


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


ENHANCED_METRIC: Final = Meter(
    "CloudWatch", "Container Insights with enhanced observability for ECS, metric"
)

EVENT_KB: Final = Range.between(0, Decimal("1.3"), 2)
"""KB that each cluster, service, task and container logs a minute: about what AWS's pricing
examples take for standard Container Insights; low is where these logs aren't billed apart."""
_MINUTES_AN_HOUR: Final = 60
_UNSEEN: Final = "its containers aren't known yet: one, at most two"
_UNSTATED: Final = "depends on the hours that its tasks run"
_KB_PER_GB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Service:
    """A service's series, and the hours a month in which it and its tasks report.

    Hours are None where nothing states how long its tasks run.
    """

    name: str
    containers: Containers
    most: Containers
    """The same, where they are known."""
    hours: Range | None
    task_hours: Range | None
    why: str = _UNSTATED


def _cluster(cluster: Resource, context: MeterContext) -> Iterator[Charge | Free | Unpriced]:
    value = _setting(cluster)
    if value == "disabled":
        yield Free(reason="a cluster is free: its tasks are charged")
    elif value in _KINDS:
        series, meter = _KINDS[value]
        members = context.graph.referring(cluster, "cluster", SERVICE)
        services = [_service(member, context) for member in members]
        yield from _metrics(services, series, meter, context)
        yield _logs(services, context)
    else:
        yield Unpriced(reason=f"Container Insights is {value!r}: no price for it")


_KINDS: Final = {"enhanced": (ENHANCED, ENHANCED_METRIC), "enabled": (STANDARD, CUSTOM_METRIC)}


def _setting(cluster: Resource) -> str:
    settings = get_stated(cluster, "settings") or []
    if contains_unknown(settings):
        return "not known yet"
    values = {
        setting.get("name"): setting.get("value")
        for setting in settings
        if isinstance(setting, dict)
    }
    return str(values.get("containerInsights", "disabled"))


def _service(service: Resource, context: MeterContext) -> _Service:
    definitions = context.graph.referenced(service, "taskDefinition", TASK_DEFINITION)
    known = containers(get_stated(definitions[0], "containerDefinitions") if definitions else None)
    typical, most = known or Containers(), known or MOST
    tasks = running(service, context)
    if tasks is None:
        return _Service(service.name, typical, most, None, None)
    stated = context.usage(service).get(MONTHLY_TASK_STARTS.name)
    # A task's own series are new ones, and the hour in which it starts is billed whole.
    task_hours = tasks.average * HOURS_PER_MONTH + (stated.amount if stated else ZERO)
    hours = task_hours.at_most(HOURS_PER_MONTH)
    why = tasks.why if known else "; ".join(filter(None, (tasks.why, _UNSEEN)))
    return _Service(service.name, typical, most, hours, task_hours, why)


def _metrics(
    services: Sequence[_Service], series: Series, meter: Meter, context: MeterContext
) -> Iterator[Charge]:
    """The cluster's own series in the hours in which any task runs, then service by service."""
    price = context.price(meter)
    typical = [service.containers for service in services]
    most = [service.most for service in services]

    def charge(name: str, number: int, at_most: int, hours: Range | None, why: str) -> Charge:
        quantity = hours and hours * Range.between(number, number, at_most) / HOURS_PER_MONTH
        note = f"{name}: {number} series" + (f", {why}" if why else "")
        return Charge(price=price, quantity=quantity, kind="usage", note=note)

    hours = _any(services, _hours)
    numbers = series.of_cluster(typical), series.of_cluster(most)
    yield charge("the cluster", *numbers, hours, "" if hours else _UNSTATED)
    for service in services:
        numbers = series.of_service(service.containers), series.of_service(service.most)
        yield charge(service.name, *numbers, service.hours, service.why)
        numbers = series.of_task(service.containers), series.of_task(service.most)
        if numbers != (0, 0):
            yield charge(f"each task of {service.name}", *numbers, service.task_hours, service.why)


def _logs(services: Sequence[_Service], context: MeterContext) -> Charge:
    """What the cluster, its services, tasks and their containers report, once a minute."""
    known = [
        service
        for service in services
        if service.hours is not None and service.task_hours is not None
    ]
    events = total(
        (service.hours or ZERO)
        + (service.task_hours or ZERO)
        * Range.between(
            1 + service.containers.number, 1 + service.containers.number, 1 + service.most.number
        )
        for service in known
    )
    hours = events + (_any(known, _hours) or ZERO)
    missing = len(services) - len(known)
    note = "one event a minute of about 1.3 KB, low where AWS bills no logs for it"
    return Charge(
        price=context.price(INGESTION),
        quantity=None if missing else hours * EVENT_KB * _MINUTES_AN_HOUR / _KB_PER_GB,
        kind="usage",
        note=_UNSTATED if missing else note,
    )


def _hours(service: _Service) -> Range | None:
    return service.hours


def _any(services: Sequence[_Service], hours: Callable[[_Service], Range | None]) -> Range | None:
    """The hours in which at least one reports, taken as if they never overlapped."""
    known = [hours(service) for service in services]
    if None in known:
        return None
    return total(number for number in known if number).at_most(HOURS_PER_MONTH)


METERS: Final = (MeterSpec(type=CLUSTER, terraform="aws_ecs_cluster", measure=_cluster),)
