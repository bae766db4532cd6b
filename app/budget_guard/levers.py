"""What the guard can set of a stack: each kind of thing is a lever."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from app.budget_guard.mode import Mode
from app.budget_guard.stack_costs import ON_DEMAND, SPOT
from app.hub.clients import AwsAnswer, Client

Value: TypeAlias = dict[str, Any]
"""How one thing is set: its parts by name, each as JSON has it. Parts change one by one: the
program may set a service's bounds anew while the guard holds its autoscaling suspended."""


class DeferredError(Exception):
    """It can't be applied now, and will be tried at the next reconcile; the text says why."""


class Lever(Protocol):
    """One kind of thing that the guard sets, through boto3; raises what boto3 raises."""

    @property
    def kind(self) -> str:
        """What begins the names of its things in the guard's records."""
        ...

    def read(self) -> Mapping[str, Value]:
        """How each thing of this stack is set now, by its name. None of another stack's."""
        ...

    def desired(self, name: str, original: Value, mode: Mode) -> Value:
        """How a mode wants a thing that the program has set to `original`; the same parts."""
        ...

    def apply(self, name: str, value: Value) -> None:
        """Set a thing. Raises DeferredError when it has to wait."""
        ...


MOST_SERVICES = 10
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html"""

STACK_TAG = "Stack"


class StackServices:
    """The services of some clusters that carry the stack's tag, asked for once a run.

    By `cluster/service`, as ECS describes them. A service of another stack is never among them.
    """

    def __init__(self, ecs: Client, clusters: Sequence[str], stack: str) -> None:
        self._ecs = ecs
        self._clusters = clusters
        self._stack = stack
        self._services: dict[str, AwsAnswer] | None = None

    def all(self) -> Mapping[str, AwsAnswer]:
        """Asks at the first call; raises what boto3 raises."""
        if self._services is None:
            self._services = {
                f"{cluster}/{service['serviceName']}": service
                for cluster in self._clusters
                for service in self._of(cluster)
            }
        return self._services

    def forget(self) -> None:
        """Ask anew next time."""
        self._services = None

    def _of(self, cluster: str) -> Iterator[AwsAnswer]:
        for page in self._ecs.get_paginator("list_services").paginate(cluster=cluster):
            for arns in _batches(page["serviceArns"]):
                answer = self._ecs.describe_services(
                    cluster=cluster, services=arns, include=["TAGS"]
                )
                for service in answer["services"]:
                    if _is_tagged(service, self._stack) and service["status"] == "ACTIVE":
                        yield service


class TaskCounts:
    """How many tasks a service should run; stopped, none. `never_stop` names services."""

    kind = "service"

    def __init__(self, ecs: Client, services: StackServices, never_stop: frozenset[str]) -> None:
        self._ecs = ecs
        self._services = services
        self._never_stop = never_stop

    def read(self) -> Mapping[str, Value]:
        return {
            name: {"desired": service["desiredCount"]}
            for name, service in self._services.all().items()
        }

    def desired(self, name: str, original: Value, mode: Mode) -> Value:
        stops = mode is Mode.STOPPED and service_of(name) not in self._never_stop
        return {"desired": 0} if stops else original

    def apply(self, name: str, value: Value) -> None:
        cluster, service = name.split("/")
        self._ecs.update_service(cluster=cluster, service=service, desiredCount=value["desired"])


def _is_tagged(thing: AwsAnswer, stack: str) -> bool:
    tags = {tag["key"]: tag["value"] for tag in thing.get("tags", ())}
    return tags.get(STACK_TAG) == stack


def service_of(name: str) -> str:
    """The service's own name in `cluster/service`."""
    return name.rpartition("/")[2]


def _batches(arns: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(arns), MOST_SERVICES):
        yield list(arns[start : start + MOST_SERVICES])


class Strategies:
    """A service's capacity provider strategy; those named `on_demand` fall back from Spot.

    Only in normal mode: on demand is dearer. How many tasks there are stays the autoscaler's word.
    """

    kind = "strategy"

    def __init__(self, ecs: Client, services: StackServices, on_demand: Collection[str]) -> None:
        self._ecs = ecs
        self._services = services
        self._on_demand = on_demand

    def read(self) -> Mapping[str, Value]:
        return {
            name: {
                "strategy": sorted(
                    map(_strategy_item, service["capacityProviderStrategy"]), key=str
                )
            }
            for name, service in self._services.all().items()
            if service.get("capacityProviderStrategy")
        }

    def desired(self, name: str, original: Value, mode: Mode) -> Value:
        items = {item["capacityProvider"]: item for item in original["strategy"]}
        if mode is not Mode.NORMAL or name not in self._on_demand or SPOT not in items:
            return original
        base = items.get(ON_DEMAND, {}).get("base", 0)
        return {"strategy": [{"base": base, "capacityProvider": ON_DEMAND, "weight": 1}]}

    def apply(self, name: str, value: Value) -> None:
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


def _strategy_item(item: AwsAnswer) -> Value:
    return {
        "base": item.get("base", 0),
        "capacityProvider": item["capacityProvider"],
        "weight": item.get("weight", 0),
    }


MOST_TARGETS = 50
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
        autoscaling: Client,
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
        targets: dict[str, Value] = {}
        for start in range(0, len(names), MOST_TARGETS):
            batch = names[start : start + MOST_TARGETS]
            for page in pages.paginate(**TARGETS, ResourceIds=batch):
                for target in page["ScalableTargets"]:
                    targets[target["ResourceId"]] = _scaling(target)
        return targets

    def desired(self, name: str, original: Value, mode: Mode) -> Value:
        service = service_of(name)
        if mode is Mode.STOPPED and service not in self._never_stop:
            return {"bounds": [0, 0], **dict.fromkeys(SUSPENDED, True)}
        if mode is not Mode.NORMAL and service in self._workers:
            least, most = original["bounds"]
            most = min(most, self._worker_tasks)
            return {**original, "bounds": [min(least, most), most]}
        return original

    def apply(self, name: str, value: Value) -> None:
        least, most = value["bounds"]
        self._autoscaling.register_scalable_target(
            **TARGETS,
            ResourceId=name,
            MinCapacity=least,
            MaxCapacity=most,
            SuspendedState={activity: value[activity] for activity in SUSPENDED},
        )


def _scaling(target: AwsAnswer) -> Value:
    suspended = target.get("SuspendedState", {})
    return {
        "bounds": [target["MinCapacity"], target["MaxCapacity"]],
        **{activity: suspended.get(activity, False) for activity in SUSPENDED},
    }


_SETTABLE = (
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "Target",
)
"""An update sets them all anew, and what it leaves out falls back to its default.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"""


class Schedules:
    """Whether a schedule of EventBridge Scheduler runs; stopped, it doesn't.

    They are given by name: Scheduler can tag groups of schedules alone.
    """

    kind = "schedule"

    def __init__(self, scheduler: Client, names: Sequence[str]) -> None:
        self._scheduler = scheduler
        self._names = names

    def read(self) -> Mapping[str, Value]:
        schedules: dict[str, Value] = {}
        for name in self._names:
            try:
                schedules[name] = {"state": self._scheduler.get_schedule(Name=name)["State"]}
            except self._scheduler.exceptions.ResourceNotFoundException:
                continue
        return schedules

    def desired(self, name: str, original: Value, mode: Mode) -> Value:
        del name
        return {"state": "DISABLED"} if mode is Mode.STOPPED else original

    def apply(self, name: str, value: Value) -> None:
        schedule = self._scheduler.get_schedule(Name=name)
        settings = {key: schedule[key] for key in _SETTABLE if key in schedule}
        self._scheduler.update_schedule(**settings, State=value["state"])


SETTING = "containerInsights"
MOST_CLUSTERS = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html"""


class Insights:
    """A cluster's `containerInsights`: disabled, enabled or enhanced."""

    kind = "insights"

    def __init__(self, ecs: Client, clusters: Sequence[str], stack: str) -> None:
        self._ecs = ecs
        self._clusters = clusters
        self._stack = stack

    def read(self) -> Mapping[str, Value]:
        clusters: dict[str, Value] = {}
        for start in range(0, len(self._clusters), MOST_CLUSTERS):
            batch = list(self._clusters[start : start + MOST_CLUSTERS])
            answer = self._ecs.describe_clusters(clusters=batch, include=["SETTINGS", "TAGS"])
            for cluster in answer["clusters"]:
                settings = {item["name"]: item["value"] for item in cluster.get("settings", ())}
                if _is_tagged(cluster, self._stack) and SETTING in settings:
                    clusters[cluster["clusterName"]] = {SETTING: settings[SETTING]}
        return clusters

    def desired(self, name: str, original: Value, mode: Mode) -> Value:
        del name
        return original if mode is Mode.NORMAL else {SETTING: "disabled"}

    def apply(self, name: str, value: Value) -> None:
        self._ecs.update_cluster(
            cluster=name, settings=[{"name": SETTING, "value": value[SETTING]}]
        )
