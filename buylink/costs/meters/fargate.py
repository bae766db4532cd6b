"""Fargate: what the tasks of ECS services cost. https://aws.amazon.com/fargate/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Free, Kind, Metered, Surroundings, Unpriced
from buylink.costs.meters.by_usage import by_usage, depending, doubtful, known, part
from buylink.costs.meters.capacity import Capacity, capacity_of
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
from buylink.costs.quantity import HOURS_PER_MONTH, Range
from buylink.fargate_sizes import parse_size
from buylink.graph import UNKNOWN, Resource

SERVICE: Final = "aws:ecs/service:Service"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"
VCPU: Final = "vCPU-hour"
GB: Final = "GB-hour"
STORAGE: Final = Meter("ECS Fargate", "Fargate ephemeral storage GB-hour above 20 GB")
FREE_STORAGE_GB: Final = 20

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


def _service(service: Resource, surroundings: Surroundings) -> Iterator[Charge | Free | Unpriced]:
    capacity = capacity_of(service, surroundings.graph)
    # By its dependency, which is known even while the ARN isn't.
    tasks = surroundings.graph.referenced(service, "taskDefinition", TASK_DEFINITION)
    if not isinstance(capacity, Capacity):
        yield capacity
    elif not tasks:
        yield Unpriced(reason="its task definition is not in this graph, so its size is not known")
    elif (system := part(tasks[0], "runtimePlatform", "operatingSystemFamily")) not in _LINUX:
        yield Unpriced(reason=f"no price for tasks on {system}")
    elif charges := list(_tasks(service, tasks[0], capacity, surroundings)):
        yield from charges
    else:
        yield Free(reason="none of its tasks ever runs")


_LINUX: Final = (None, "LINUX", UNKNOWN)


def _tasks(
    service: Resource, task: Resource, capacity: Capacity, surroundings: Surroundings
) -> Iterator[Charge]:
    tasks = running(service, surroundings)
    for unit, size in ((VCPU, _size(task, "cpu")), (GB, _size(task, "memory"))):
        for spot, share in ((False, capacity.on_demand), (True, capacity.spot)):
            average = share(tasks.average if tasks else _MANY)
            if average.high > 0:
                price = _price(task, unit, surroundings, spot=spot)
                yield _hours(price, size, tasks and replace(tasks, average=average), spot=spot)
    yield from _disk(task, tasks, surroundings)
    yield from _addresses(service, tasks, surroundings)


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


def _disk(task: Resource, tasks: Running | None, surroundings: Surroundings) -> Iterator[Charge]:
    """Above what is free with a task."""
    size = part(task, "ephemeralStorage", "sizeInGib")
    if size is UNKNOWN:
        yield depending(surroundings, STORAGE, "the size of the task's disk")
    elif size is not None and int(str(size)) > FREE_STORAGE_GB:
        yield _while_running(STORAGE, int(str(size)) - FREE_STORAGE_GB, tasks, surroundings)


def _addresses(
    service: Resource, tasks: Running | None, surroundings: Surroundings
) -> Iterator[Charge]:
    """A public IPv4 address for each task that gets one, and what leaves by it."""
    public = part(service, "networkConfiguration", "assignPublicIp")
    if public is True:
        yield _while_running(IPV4, 1, tasks, surroundings)
        yield by_usage(service, surroundings, TO_INTERNET, OUTBOUND)
    elif public is UNKNOWN:
        addresses = _while_running(IPV4, 1, tasks, surroundings)
        yield doubtful(addresses, _WHETHER_PUBLIC)
        yield depending(surroundings, TO_INTERNET, _WHETHER_PUBLIC, "usage")


def _while_running(
    meter: Meter, each: int, tasks: Running | None, surroundings: Surroundings
) -> Charge:
    if tasks is None:
        return depending(surroundings, meter, TASK_HOURS, "usage")
    hours = tasks.average * HOURS_PER_MONTH * each
    return Charge(
        price=surroundings.price(meter), quantity=hours, kind=_kind(tasks), note=tasks.why
    )


def _kind(tasks: Running) -> Kind:
    """What runs whatever is used is there to be paid."""
    return "baseline" if tasks.always else "usage"


def _price(task: Resource, unit: str, surroundings: Surroundings, *, spot: bool) -> Price:
    """On demand, or what a Spot task costs: its price floats, and it may fall back to on demand.

    A task of an architecture that isn't known is taken for the dearer x86.
    """
    machine = str(part(task, "runtimePlatform", "cpuArchitecture"))
    which = (unit, machine if (unit, machine) in _SPOT else _X86)
    on_demand = surroundings.price(_ON_DEMAND[which])
    if not spot:
        return on_demand
    feed = surroundings.price(_SPOT[which])
    typical = max(feed.first, on_demand.first * SPOT_SHARE)
    return feed.floating(Range(feed.first, typical, on_demand.first))


def _size(task: Resource, name: str) -> Decimal | None:
    """vCPUs or GB: of `512`, `"512"` (units of 1/1024), `"0.5 vCPU"` or `"1 GB"`."""
    size = parse_size(known(task.get(name)))
    return None if size is None else size / 1024


METERED: Final = (
    Metered(
        type=SERVICE,
        terraform="aws_ecs_service",
        measure=_service,
        usage_keys=(TASKS, MONTHLY_TASK_HOURS, MONTHLY_TASK_STARTS, OUTBOUND),
    ),
)
