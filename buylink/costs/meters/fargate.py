"""Fargate: what the tasks of ECS services cost. https://aws.amazon.com/fargate/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from buylink.aws.fargate_sizes import parse_size
from buylink.costs.meters.charge import (
    Charge,
    Free,
    Kind,
    MeterContext,
    MeterSpec,
    Unpriced,
    by_usage,
    depending,
    doubtful,
    get_nested,
    get_stated,
    known,
)
from buylink.costs.meters.nat_gateway import OUTBOUND, TO_INTERNET
from buylink.costs.meters.tasks import (
    MONTHLY_TASK_HOURS,
    MONTHLY_TASK_STARTS,
    TASKS,
    Running,
    running,
)
from buylink.costs.meters.vpc import IPV4
from buylink.costs.prices.book import Meter, Price
from buylink.costs.prices.quantity import HOURS_PER_MONTH, Range
from buylink.graph import UNKNOWN, Graph, Resource, Value, contains_unknown

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
        return tasks.map(lambda number: number - self._spot(number))

    def spot(self, tasks: Range) -> Range:
        """The tasks that run on Spot, of so many."""
        return tasks.map(self._spot)

    def _spot(self, tasks: Decimal) -> Decimal:
        base = min(tasks, self.base_on_demand + self.base_spot)
        return min(base, self.base_spot) + (tasks - base) * self.spot_weight


def capacity_of(service: Resource, graph: Graph) -> Capacity | Free | Unpriced:
    """The capacity of a service on Fargate, or why it isn't priced as that."""
    strategy = get_stated(service, "capacityProviderStrategies")
    launch_type = get_stated(service, "launchType")
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
            if default := get_stated(providers, "defaultCapacityProviderStrategies"):
                return _capacity(default)
    # Without any strategy the launch type is EC2.
    return _ON_INSTANCES


_ON_INSTANCES: Final = Free(reason="runs on instances, which are charged on their own")
_NOT_KNOWN: Final = Unpriced(
    reason="whether its tasks run on Fargate, and on Spot, is only known after deployment"
)


def _capacity(strategy: Value) -> Capacity | Free | Unpriced:
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


SERVICE: Final = "aws:ecs/service:Service"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
VCPU: Final = "vCPU-hour"
GB: Final = "GB-hour"
STORAGE: Final = Meter("ECS Fargate", "Fargate ephemeral storage GB-hour above 20 GB")

SPOT_SHARE: Final = Decimal("0.4")
"""Of the on-demand price, taken as typical. Spot was 62 to 70 % off in September 2026, but its
price floats, and AWS promises no more than "up to 70 %"."""

_X86: Final = "X86_64"
_ON_DEMAND: Final = {
    (unit, machine): Meter("ECS Fargate", f"Fargate {unit} Linux {words} on-demand")
    for unit in (VCPU, GB)
    for machine, words in ((_X86, "x86"), ("ARM64", "ARM64"))
}
_SPOT: Final = {
    (unit, machine): Meter("ECS Fargate Spot", f"Fargate Spot {unit} Linux {words}")
    for unit in (VCPU, GB)
    for machine, words in ((_X86, "x86"), ("ARM64", "ARM64"))
}
_SPOT_NOTE: Final = "Spot: typical at 60 % off, low at the feed's price, high when it falls back"
_WHETHER_PUBLIC: Final = "whether its tasks get public addresses"
TASK_HOURS: Final = "the hours that its tasks run"
_MANY: Final = Range.exactly(10_000)
"""Tasks enough to be on each capacity that a strategy ever uses."""


def _service(service: Resource, context: MeterContext) -> Iterator[Charge | Free | Unpriced]:
    capacity = capacity_of(service, context.graph)
    # By its dependency, which is known even while the ARN isn't.
    tasks = context.graph.referenced(service, "taskDefinition", TASK_DEFINITION)
    if not isinstance(capacity, Capacity):
        yield capacity
    elif not tasks:
        yield Unpriced(reason="its task definition is not in this graph, so its size is not known")
    elif (system := get_nested(tasks[0], "runtimePlatform", "operatingSystemFamily")) not in _LINUX:
        yield Unpriced(reason=f"no price for tasks on {system}")
    elif charges := list(_tasks(service, tasks[0], capacity, context)):
        yield from charges
    else:
        yield Free(reason="none of its tasks ever runs")


_LINUX: Final = (None, "LINUX", UNKNOWN)


def _tasks(
    service: Resource, task: Resource, capacity: Capacity, context: MeterContext
) -> Iterator[Charge]:
    tasks = running(service, context)
    for unit, size in ((VCPU, _size(task, "cpu")), (GB, _size(task, "memory"))):
        for spot, share in ((False, capacity.on_demand), (True, capacity.spot)):
            average = share(tasks.average if tasks else _MANY)
            if average.high > 0:
                price = _price(task, unit, context, spot=spot)
                yield _hours(price, size, tasks and replace(tasks, average=average), spot=spot)
    yield from _disk(task, tasks, context)
    yield from _addresses(service, tasks, context)


def _hours(price: Price, size: Decimal | None, tasks: Running | None, *, spot: bool) -> Charge:
    """What tasks of a size use in a month; what it depends on where one of the two isn't known."""
    if size is None or tasks is None:
        missing = "the task's size" if size is None else TASK_HOURS
        return Charge(price=price, quantity=None, kind="usage", note=f"depends on {missing}")
    return Charge(
        price=price,
        quantity=tasks.average * HOURS_PER_MONTH * size,
        kind=_kind(tasks),
        note="; ".join(filter(None, (tasks.why, _SPOT_NOTE if spot else "", tasks.warning))),
        warning=tasks.warning,
    )


def _disk(task: Resource, tasks: Running | None, context: MeterContext) -> Iterator[Charge]:
    """Above what is free with a task."""
    size = get_nested(task, "ephemeralStorage", "sizeInGib")
    if size is UNKNOWN:
        yield depending(context, STORAGE, "the size of the task's disk")
    elif size is not None and (above := int(str(size)) - _free_storage_gb(context)) > 0:
        yield _while_running(STORAGE, above, tasks, context)


def _free_storage_gb(context: MeterContext) -> int:
    return int(context.prices.free("Fargate", "Ephemeral storage per task"))


def _addresses(service: Resource, tasks: Running | None, context: MeterContext) -> Iterator[Charge]:
    """A public IPv4 address for each task that gets one, and what leaves by it."""
    public = get_nested(service, "networkConfiguration", "assignPublicIp")
    if public is True:
        yield _while_running(IPV4, 1, tasks, context)
        yield by_usage(service, context, TO_INTERNET, OUTBOUND)
    elif public is UNKNOWN:
        addresses = _while_running(IPV4, 1, tasks, context)
        yield doubtful(addresses, _WHETHER_PUBLIC)
        yield depending(context, TO_INTERNET, _WHETHER_PUBLIC, "usage")


def _while_running(meter: Meter, each: int, tasks: Running | None, context: MeterContext) -> Charge:
    if tasks is None:
        return depending(context, meter, TASK_HOURS, "usage")
    hours = tasks.average * HOURS_PER_MONTH * each
    return Charge(price=context.price(meter), quantity=hours, kind=_kind(tasks), note=tasks.why)


def _kind(tasks: Running) -> Kind:
    """What runs whatever is used is there to be paid."""
    return "baseline" if tasks.always else "usage"


def _price(task: Resource, unit: str, context: MeterContext, *, spot: bool) -> Price:
    """On demand, or what a Spot task costs: its price floats, and it may fall back to on demand.

    A task of an architecture that isn't known is taken for the dearer x86.
    """
    machine = str(get_nested(task, "runtimePlatform", "cpuArchitecture"))
    which = (unit, machine if (unit, machine) in _SPOT else _X86)
    on_demand = context.price(_ON_DEMAND[which])
    if not spot:
        return on_demand
    feed = context.price(_SPOT[which])
    typical = max(feed.first, on_demand.first * SPOT_SHARE)
    return feed.floating(Range(feed.first, typical, on_demand.first))


def _size(task: Resource, name: str) -> Decimal | None:
    """vCPUs or GB: of `512`, `"512"` (units of 1/1024), `"0.5 vCPU"` or `"1 GB"`."""
    written = known(task.get(name))
    if written is None:
        return None
    size = parse_size(written)
    return None if size is None else size / 1024


METERS: Final = (
    MeterSpec(
        type=SERVICE,
        terraform="aws_ecs_service",
        measure=_service,
        usage_keys=(TASKS, MONTHLY_TASK_HOURS, MONTHLY_TASK_STARTS, OUTBOUND),
    ),
)
