"""From the hub's load to what its resources use in a month.

Resources are known by their type and by the component that they are in, never by a name of one
stack, so that further stacks and services are taken in as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from buylink.costs.meters.charge import Stated, Usage
from buylink.costs.meters.fargate import SERVICE, TASK_DEFINITION
from buylink.costs.meters.tasks import TARGET, bounds_of
from buylink.costs.prices.quantity import AGE_MONTHS, DAYS_PER_MONTH, HOURS_PER_MONTH, Range, total
from buylink.costs.usage.coefficients import Coefficients
from buylink.costs.usage.load import Load
from buylink.costs.usage.month import (
    DISTRIBUTION,
    GATEWAY,
    KB_PER_GB,
    Month,
    Worker,
    month_of,
    starts,
    task_hours,
)
from buylink.graph import STACK_TYPE, Graph, Resource

_MINUTES_PER_MONTH = HOURS_PER_MONTH * 60
_SECONDS_PER_MONTH = _MINUTES_PER_MONTH * 60

Amounts = dict[str, Range]


def hub_usages(graph: Graph, load: Load, figures: Coefficients) -> dict[str, Usage]:
    """The usage of each resource that the hub uses, by URN."""
    month = month_of(graph, load, figures)
    why = f"{load}, by docs/reference/usage.md ({figures.basis})"
    usages: dict[str, Usage] = {}
    for kind, amounts in _BY_TYPE.items():
        for resource in graph.of_type(kind):
            try:
                stated = amounts(resource, graph, month)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                continue  # a property that AWS doesn't take: its meter says so
            usages[resource.urn] = Usage(
                {key: Stated(amount, why) for key, amount in stated.items()}
            )
    return usages


def _service(service: Resource, graph: Graph, month: Month) -> Amounts:
    figures = month.figures
    if not service.get("loadBalancers"):
        worker = _worker(month)
        return {
            "monthly_task_hours": task_hours(worker),
            "monthly_task_starts": starts(worker),
            "monthly_outbound_internet_gb": month.asked_gb,
        }
    requests = month.api_requests if _has_paths(service, graph) else month.page_requests
    served = figures["requests_per_vcpu"] * _vcpus(service, graph)
    busiest = requests * figures["peak"] / _SECONDS_PER_MONTH
    # The slowest task serves the fewest requests: its low goes with the high of the load.
    return {
        "tasks": Range(
            busiest.low / served.high, busiest.typical / served.typical, busiest.high / served.low
        ),
        "monthly_outbound_internet_gb": Range.exactly(0),
    }


def _worker(month: Month) -> Worker:
    return Worker(
        arrivals=month.arrivals,
        working_seconds=month.videos * month.figures["worker_seconds"],
        idle_seconds=month.figures["idle_seconds"],
        start_seconds=month.figures["start_seconds"],
    )


def _has_paths(service: Resource, graph: Graph) -> bool:
    """Whether the listener sends it named paths; the service without them gets the pages."""
    groups = graph.referenced(service, "loadBalancers", "aws:lb/targetGroup:TargetGroup")
    rules = [
        rule
        for group in groups
        for rule in graph.referring(group, "actions", "aws:lb/listenerRule:ListenerRule")
    ]
    return any("/v1/" in str(rule.get("conditions")) for rule in rules)


def _vcpus(service: Resource, graph: Graph) -> Decimal:
    for task in graph.referenced(service, "taskDefinition", TASK_DEFINITION):
        cpu = str(task.get("cpu"))
        if cpu.isdigit():
            return Decimal(cpu) / 1024
    return Decimal(1)


def _table(table: Resource, graph: Graph, month: Month) -> Amounts:
    figures = month.figures
    owner = graph.by_urn.get(table.parent or "")
    if owner and owner.get("label") == "guard":
        # Half a unit each: a task can do with the mode of a moment ago.
        asked = _http_tasks(graph) * figures["mode_reads"] * _MINUTES_PER_MONTH / 2
        return {
            "monthly_write_request_units": figures["guard_units"],
            "monthly_read_request_units": figures["guard_units"] + asked,
            "storage_gb": figures["guard_kb"] / KB_PER_GB,
        }
    writes = month.videos * figures["writes_per_video"] + month.clicks * figures["writes_per_click"]
    return {
        "monthly_write_request_units": writes,
        "monthly_read_request_units": month.page_requests * figures["reads_per_page"],
        "storage_gb": month.videos * figures["item_kb"] * AGE_MONTHS / KB_PER_GB,
    }


def _http_tasks(graph: Graph) -> Range:
    """The tasks of all services behind a load balancer, between the bounds of their autoscaling."""
    bounds = [
        bounds_of(target, graph)
        for service in graph.of_type(SERVICE)
        if service.get("loadBalancers")
        for target in graph.referring(service, "resourceId", TARGET)
    ]
    return total(Range(bound.least, bound.least, bound.most) for bound in bounds if bound)


def _bucket(bucket: Resource, graph: Graph, month: Month) -> Amounts:
    owner = graph.by_urn.get(bucket.parent or "")
    objects = owner.get("objects") if owner else None
    size = objects[0].get("typicalKb") if isinstance(objects, list) and objects else None
    if owner is None or size is None:
        return {}
    if owner.get("label") == "reports":
        return {
            "monthly_objects": month.figures["report_objects"],
            "object_kb": Range.exactly(int(str(size))),
            "standard.monthly_tier_2_requests": Range.exactly(HOURS_PER_MONTH),
        }
    uploaded = owner.get("label") == "originals"
    written = month.videos * month.figures["uploads" if uploaded else "thumbnails"]
    share = month.figures["origin_share"] if month.cached else Range.exactly(1)
    read_by_browsers = not uploaded and not month.cached
    return {
        "monthly_objects": written,
        "monthly_outbound_internet_gb": (
            month.thumbnails_gb if read_by_browsers else Range.exactly(0)
        ),
        "object_kb": Range.exactly(int(str(size))),
        # The worker reads each upload once; browsers see thumbnails that CloudFront may hold.
        "standard.monthly_tier_2_requests": written if uploaded else month.thumbnails * share,
    }


def _queue(queue: Resource, _: Graph, month: Month) -> Amounts:
    if "dead-letters" in queue.name:
        return {"monthly_requests": Range.exactly(0)}
    figures = month.figures
    polls_idle = starts(_worker(month)) * figures["idle_seconds"] / figures["poll_seconds"].typical
    return {"monthly_requests": month.videos * figures["queue_calls"] + polls_idle}


def _gateway(_: Resource, __: Graph, month: Month) -> Amounts:
    """Each gateway carries an equal part; only where tasks' zones have none does data cross."""
    figures = month.figures
    data = (
        month.requests * figures["nat_kb_per_request"] + month.videos * figures["nat_kb_per_video"]
    ) / KB_PER_GB
    crossing = Decimal("0.5") if month.gateways == 1 else Decimal(0)
    return {
        "monthly_data_processed_gb": data / month.gateways,
        "monthly_outbound_internet_gb": month.asked_gb / month.gateways,
        "monthly_cross_zone_gb": data * crossing,
    }


def _balancer(_: Resource, __: Graph, month: Month) -> Amounts:
    a_second = month.requests / _SECONDS_PER_MONTH
    data = month.pages_served * month.figures["page_kb"] / KB_PER_GB
    return {
        "new_connections": a_second,
        "processed_bytes_gb": data,
        "monthly_outbound_internet_gb": data,
    }


def _distribution(_: Resource, __: Graph, month: Month) -> Amounts:
    requests = month.pages + month.thumbnails + month.clicks + month.api_requests
    pages_gb = month.pages * month.figures["page_kb"] / KB_PER_GB
    return {
        "monthly_data_transfer_to_internet_gb": pages_gb + month.thumbnails_gb,
        "monthly_data_transfer_to_origin_gb": (
            month.api_requests * month.figures["api_kb"] / KB_PER_GB
        ),
        "monthly_https_requests": requests,
    }


def _function(function: Resource, _: Graph, month: Month) -> Amounts:
    amounts = {"request_duration_ms": month.figures["function_ms"]}
    if "guard" in function.name:
        amounts["monthly_cost_explorer_requests"] = month.figures["guard_explorer_calls"]
    return amounts


def _key(_: Resource, __: Graph, month: Month) -> Amounts:
    """The one that creators' tokens are sealed with."""
    creators = month.figures["creators"] * month.load.videos_per_day
    opened = month.polls * month.figures["token_opens"]
    renewed = month.figures["token_renewals"] * DAYS_PER_MONTH
    return {"monthly_requests": creators * (opened + renewed)}


def _log_group(group: Resource, graph: Graph, month: Month) -> Amounts:
    """A log group's share: a worker's by videos, an HTTP service's by requests.

    And the metrics that its lines report: of videos taken, of clicks, of videos done and failed.
    """
    figures = month.figures
    owner = graph.by_urn.get(group.parent or "")
    # Siblings in the stack itself say nothing, and may be very many.
    siblings = graph.children(owner.urn) if owner and owner.type != STACK_TYPE else ()
    services = [sibling for sibling in siblings if sibling.type == SERVICE]
    if not services:
        return {"monthly_data_ingested_gb": figures["function_log_gb"]}
    if not services[0].get("loadBalancers"):
        data, metrics = month.videos * figures["log_kb_per_video"], _reported(month.videos) * 2
    elif _has_paths(services[0], graph):
        data, metrics = month.api_requests * figures["log_kb"], _reported(month.videos)
    else:
        data, metrics = month.page_requests * figures["log_kb"], _reported(month.clicks)
    return {"monthly_data_ingested_gb": data / KB_PER_GB, "custom_metrics": metrics}


def _reported(events: Range) -> Range:
    """The share of a month in whose hours a metric is billed: those in which something happens."""
    return events.at_most(HOURS_PER_MONTH) / HOURS_PER_MONTH


def _of(key: str, coefficient: str) -> Callable[[Resource, Graph, Month], Amounts]:
    return lambda _, __, month: {key: month.figures[coefficient]}


_BY_TYPE: Mapping[str, Callable[[Resource, Graph, Month], Amounts]] = {
    SERVICE: _service,
    DISTRIBUTION: _distribution,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:dynamodb/table:Table": _table,
    GATEWAY: _gateway,
    "aws:ecr/repository:Repository": _of("storage_gb", "image_gb"),
    "aws:kms/key:Key": _key,
    "aws:lambda/function:Function": _function,
    "aws:lb/loadBalancer:LoadBalancer": _balancer,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _of("monthly_requests", "secret_calls"),
    "aws:sns/topic:Topic": _of("monthly_requests", "notices"),
    "aws:sns/topicSubscription:TopicSubscription": _of("monthly_requests", "notices"),
    "aws:sqs/queue:Queue": _queue,
}
