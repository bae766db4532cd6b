"""Container Insights, a setting of ECS clusters. https://aws.amazon.com/cloudwatch/pricing/

AWS bills each metric series in each hour that it reports. Which series there are is from
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Free, Metered, Surroundings, Unpriced
from buylink.costs.meters.by_usage import said
from buylink.costs.meters.capacity import CLUSTER
from buylink.costs.meters.cloudwatch import CUSTOM_METRIC, INGESTION
from buylink.costs.meters.fargate import SERVICE, TASK_DEFINITION
from buylink.costs.meters.insights_series import (
    ENHANCED,
    MOST,
    STANDARD,
    Containers,
    Series,
    containers,
)
from buylink.costs.meters.tasks import MONTHLY_TASK_STARTS, running
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import HOURS_PER_MONTH, ZERO, Range, total
from buylink.graph import Resource, contains_unknown

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


def _cluster(cluster: Resource, surroundings: Surroundings) -> Iterator[Charge | Free | Unpriced]:
    value = _setting(cluster)
    if value == "disabled":
        yield Free(reason="a cluster is free: its tasks are charged")
    elif value in _KINDS:
        series, meter = _KINDS[value]
        members = surroundings.graph.referring(cluster, "cluster", SERVICE)
        services = [_service(it, surroundings) for it in members]
        yield from _metrics(services, series, meter, surroundings)
        yield _logs(services, surroundings)
    else:
        yield Unpriced(reason=f"Container Insights is {value!r}: no price for it")


_KINDS: Final = {"enhanced": (ENHANCED, ENHANCED_METRIC), "enabled": (STANDARD, CUSTOM_METRIC)}


def _setting(cluster: Resource) -> str:
    settings = said(cluster, "settings") or []
    if contains_unknown(settings):
        return "not known yet"
    given = {it.get("name"): it.get("value") for it in settings if isinstance(it, dict)}
    return str(given.get("containerInsights", "disabled"))


def _service(service: Resource, surroundings: Surroundings) -> _Service:
    definitions = surroundings.graph.referenced(service, "taskDefinition", TASK_DEFINITION)
    known = containers(said(definitions[0], "containerDefinitions") if definitions else None)
    held, most = known or Containers(), known or MOST
    tasks = running(service, surroundings)
    if tasks is None:
        return _Service(service.name, held, most, None, None)
    stated = surroundings.usage(service).get(MONTHLY_TASK_STARTS.name)
    # A task's own series are new ones, and the hour in which it starts is billed whole.
    task_hours = tasks.average * HOURS_PER_MONTH + (stated.amount if stated else ZERO)
    hours = task_hours.at_most(HOURS_PER_MONTH)
    why = tasks.why if known else "; ".join(filter(None, (tasks.why, _UNSEEN)))
    return _Service(service.name, held, most, hours, task_hours, why)


def _metrics(
    services: Sequence[_Service], series: Series, meter: Meter, surroundings: Surroundings
) -> Iterator[Charge]:
    """The cluster's own series in the hours in which any task runs, then service by service."""
    price = surroundings.price(meter)
    held, most = [it.containers for it in services], [it.most for it in services]

    def charge(name: str, number: int, at_most: int, hours: Range | None, why: str) -> Charge:
        quantity = hours and hours * Range.between(number, number, at_most) / HOURS_PER_MONTH
        note = f"{name}: {number} series" + (f", {why}" if why else "")
        return Charge(price=price, quantity=quantity, kind="usage", note=note)

    hours = _any(services, _hours)
    numbers = series.of_cluster(held), series.of_cluster(most)
    yield charge("the cluster", *numbers, hours, "" if hours else _UNSTATED)
    for it in services:
        numbers = series.of_service(it.containers), series.of_service(it.most)
        yield charge(it.name, *numbers, it.hours, it.why)
        numbers = series.of_task(it.containers), series.of_task(it.most)
        if numbers != (0, 0):
            yield charge(f"each task of {it.name}", *numbers, it.task_hours, it.why)


def _logs(services: Sequence[_Service], surroundings: Surroundings) -> Charge:
    """What the cluster, its services, tasks and their containers report, once a minute."""
    known = [it for it in services if it.hours is not None and it.task_hours is not None]
    events = total(
        (it.hours or ZERO)
        + (it.task_hours or ZERO)
        * Range.between(1 + it.containers.number, 1 + it.containers.number, 1 + it.most.number)
        for it in known
    )
    hours = events + (_any(known, _hours) or ZERO)
    missing = len(services) - len(known)
    note = "one event a minute of about 1.3 KB, low where AWS bills no logs for it"
    return Charge(
        price=surroundings.price(INGESTION),
        quantity=None if missing else hours * EVENT_KB * _MINUTES_AN_HOUR / _KB_PER_GB,
        kind="usage",
        note=_UNSTATED if missing else note,
    )


def _hours(service: _Service) -> Range | None:
    return service.hours


def _any(services: Sequence[_Service], hours: Callable[[_Service], Range | None]) -> Range | None:
    """The hours in which at least one reports, taken as if they never overlapped."""
    known = [hours(it) for it in services]
    if None in known:
        return None
    return total(it for it in known if it).at_most(HOURS_PER_MONTH)


METERED: Final = (Metered(type=CLUSTER, terraform="aws_ecs_cluster", measure=_cluster),)
