"""Fargate: what the tasks of ECS services cost. https://aws.amazon.com/fargate/pricing/"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from buylink.costs.charge import Charge, Free, Metered, Surroundings, Unpriced
from buylink.costs.meters.by_usage import known
from buylink.costs.meters.capacity import Capacity, capacity_of
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

_ARCHITECTURES: Final = {"X86_64": "x86", "ARM64": "ARM64"}
_SPOT_NOTE: Final = "Spot: typical at 60 % off, low at the feed's price, high when it falls back"
_MANY: Final = Range.exactly(10_000)
"""Tasks enough to be on each capacity that a strategy ever uses."""


def _service(service: Resource, surroundings: Surroundings) -> Iterator[Charge | Free | Unpriced]:
    capacity = capacity_of(service, surroundings.graph)
    # By its dependency, which is known even while the ARN isn't.
    tasks = surroundings.graph.referenced(service, "taskDefinition", TASK_DEFINITION)
    if capacity is None:
        yield Free(reason="runs on instances, which are charged on their own")
    elif not tasks:
        yield Unpriced(reason="its task definition is not in this graph, so its size is not known")
    elif (system := _part(tasks[0], "runtimePlatform", "operatingSystemFamily")) not in _LINUX:
        yield Unpriced(reason=f"no price for tasks on {system}")
    elif charges := list(_tasks(service, tasks[0], capacity, surroundings)):
        yield from charges
    else:
        yield Free(reason="none of its tasks ever runs")


_SIZE: Final = re.compile(r"\s*(\d+|\d*\.\d+)\s*(vcpu|gb)?\s*", re.IGNORECASE)
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
    if tasks is not None:
        yield from _disk(task, tasks.average, surroundings)
        yield from _addresses(service, tasks.average, surroundings)


def _hours(price: Price, size: Decimal | None, tasks: Running | None, *, spot: bool) -> Charge:
    """What tasks of a size use in a month; what it depends on where one of the two isn't known."""
    if size is None or tasks is None:
        missing = "the task's size" if size is None else "the hours that its tasks run"
        return Charge(price=price, quantity=None, kind="usage", note=f"depends on {missing}")
    return Charge(
        price=price,
        quantity=tasks.average * HOURS_PER_MONTH * size,
        kind="baseline" if tasks.average.low > 0 else "usage",
        note="; ".join(filter(None, (tasks.why, _SPOT_NOTE if spot else "", tasks.warning))),
        warning=tasks.warning,
    )


def _disk(task: Resource, average: Range, surroundings: Surroundings) -> Iterator[Charge]:
    """Above what is free with a task."""
    size = known(_part(task, "ephemeralStorage", "sizeInGib"))
    if size is not None and int(str(size)) > FREE_STORAGE_GB:
        hours = average * HOURS_PER_MONTH * (int(str(size)) - FREE_STORAGE_GB)
        yield Charge(price=surroundings.price(STORAGE), quantity=hours, kind="baseline")


def _addresses(service: Resource, average: Range, surroundings: Surroundings) -> Iterator[Charge]:
    """A public IPv4 address for each task that gets one."""
    public = _part(service, "networkConfiguration", "assignPublicIp")
    hours = average * HOURS_PER_MONTH
    if public is True:
        yield Charge(price=surroundings.price(IPV4), quantity=hours, kind="baseline")
    elif public is UNKNOWN:
        doubt = Range(Decimal(0), Decimal(0), hours.high)
        note = "whether tasks get public addresses is only known after deployment"
        yield Charge(price=surroundings.price(IPV4), quantity=doubt, kind="baseline", note=note)


def _price(task: Resource, unit: str, surroundings: Surroundings, *, spot: bool) -> Price:
    """On demand, or what a Spot task costs: its price floats, and it may fall back to on demand.

    A task of an architecture that isn't known is taken for the dearer x86.
    """
    machine = _ARCHITECTURES.get(str(_part(task, "runtimePlatform", "cpuArchitecture")), "x86")
    steady = Meter("ECS Fargate", f"Fargate {unit} Linux {machine} on-demand")
    on_demand = surroundings.price(steady)
    if not spot:
        return on_demand
    feed = surroundings.price(Meter("ECS Fargate Spot", f"Fargate Spot {unit} Linux {machine}"))
    typical = max(feed.first, on_demand.first * SPOT_SHARE)
    return feed.floating(Range(feed.first, typical, on_demand.first))


def _size(task: Resource, name: str) -> Decimal | None:
    """vCPUs or GB: of `512`, `"512"` (units of 1/1024), `"0.5 vCPU"` or `"1 GB"`."""
    given = known(task.get(name))
    if given is None:
        return None
    size = _SIZE.fullmatch(str(given))
    if size is None:
        return None
    return Decimal(size[1]) / (1 if size[2] else 1024)


def _part(resource: Resource, name: str, part: str) -> Any:
    """A part of a structured property; unknown where the whole is."""
    whole = resource.get(name)
    return whole.get(part) if isinstance(whole, dict) else whole


METERED: Final = (
    Metered(
        type=SERVICE,
        terraform="aws_ecs_service",
        measure=_service,
        usage_keys=(TASKS, MONTHLY_TASK_HOURS, MONTHLY_TASK_STARTS),
    ),
)
