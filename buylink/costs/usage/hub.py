"""From the hub's load to what its resources use in a month.

Resources are known by their type and by the component that they are in, never by a name of one
stack, so that further stacks and services are taken in as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from buylink.costs.meters.by_usage import known
from buylink.costs.meters.fargate import SERVICE, TASK_DEFINITION
from buylink.costs.quantity import DAYS_PER_MONTH, HOURS_PER_MONTH, Range
from buylink.costs.usage.coefficients import Coefficients
from buylink.costs.usage.load import Load
from buylink.costs.usage.usage import Stated, Usage
from buylink.costs.usage.worker_hours import Worker, starts, task_hours
from buylink.graph import Graph, Resource

KB_PER_GB = 1024 * 1024
_SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600

Amounts = dict[str, Range]


@dataclass(frozen=True)
class Month:
    """What happens in a month at a load."""

    load: Load
    figures: Coefficients

    @property
    def videos(self) -> Range:
        return Range.exactly(self.load.videos_per_day) * DAYS_PER_MONTH

    @property
    def arrivals(self) -> Range:
        """Moments at which videos come: each that is posted, and polls of feeds that find some."""
        posted = self.videos * self.figures["posted_share"]
        # The more are posted one by one, the fewer polls find any.
        polled = self.videos.typical - posted.typical
        return posted + self.figures["feed_polls"].at_most(polled)

    @property
    def pages(self) -> Range:
        return self.figures["visits"] * self.figures["pages"] * self.load.users

    @property
    def clicks(self) -> Range:
        return self.pages * self.figures["clicks"]

    @property
    def page_requests(self) -> Range:
        """Those that reach the services: pages that CloudFront doesn't hold, and each redirect."""
        return self.pages * self.figures["origin_share"] + self.clicks

    @property
    def api_requests(self) -> Range:
        return self.videos * self.figures["api_calls"]

    @property
    def requests(self) -> Range:
        return self.page_requests + self.api_requests


def hub_usages(graph: Graph, load: Load, figures: Coefficients) -> dict[str, Usage]:
    """The usage of each resource that the hub uses, by URN."""
    month = Month(load, figures)
    why = f"{load}, by docs/usage.md"
    usages: dict[str, Usage] = {}
    for kind, amounts in _BY_TYPE.items():
        for resource in graph.of_type(kind):
            try:
                stated = amounts(resource, graph, month)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                continue  # a property that AWS doesn't take: its meter says so
            usages[resource.urn] = Usage({key: Stated(it, why) for key, it in stated.items()})
    return usages


def _service(service: Resource, graph: Graph, month: Month) -> Amounts:
    figures = month.figures
    if not service.get("loadBalancers"):
        worker = Worker(
            arrivals=month.arrivals,
            working_seconds=month.videos * figures["worker_seconds"],
            idle_seconds=figures["idle_seconds"],
            start_seconds=figures["start_seconds"],
        )
        return {"monthly_task_hours": task_hours(worker), "monthly_task_starts": starts(worker)}
    requests = month.api_requests if _has_paths(service, graph) else month.page_requests
    served = figures["requests_per_vcpu"] * _vcpus(service, graph)
    busiest = requests * figures["peak"] / _SECONDS_PER_MONTH
    # The slowest task serves the fewest requests: its low goes with the high of the load.
    return {
        "tasks": Range(
            busiest.low / served.high, busiest.typical / served.typical, busiest.high / served.low
        )
    }


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


def _table(table: Resource, _: Graph, month: Month) -> Amounts:
    figures = month.figures
    if not known(table.get("globalSecondaryIndexes")):  # the guard's: a few small items
        tiny = Range.between(100, 1500, 3000)
        return {
            "monthly_write_request_units": tiny,
            "monthly_read_request_units": tiny,
            "storage_gb": Range.exactly(0),
        }
    writes = month.videos * figures["writes_per_video"] + month.clicks * figures["writes_per_click"]
    return {
        "monthly_write_request_units": writes,
        "monthly_read_request_units": month.page_requests * figures["reads_per_page"],
        "storage_gb": month.videos * figures["item_kb"] * Range.between(1, 12, 36) / KB_PER_GB,
    }


def _bucket(bucket: Resource, graph: Graph, month: Month) -> Amounts:
    owner = graph.by_urn.get(bucket.parent or "")
    objects = owner.get("objects") if owner else None
    size = objects[0].get("typicalKb") if isinstance(objects, list) and objects else None
    if owner is None or size is None:
        return {}
    kind = "uploads" if owner.get("label") == "originals" else "thumbnails"
    return {
        "monthly_objects": month.videos * month.figures[kind],
        "object_kb": Range.exactly(int(str(size))),
    }


def _queue(queue: Resource, _: Graph, month: Month) -> Amounts:
    if "dead-letters" in queue.name:
        return {"monthly_requests": Range.exactly(0)}
    return {"monthly_requests": month.videos * month.figures["queue_calls"]}


def _gateway(_: Resource, graph: Graph, month: Month) -> Amounts:
    """Each gateway carries an equal part; only where tasks' zones have none does data cross."""
    gateways = len(graph.of_type("aws:ec2/natGateway:NatGateway"))
    figures = month.figures
    data = (
        month.requests * figures["nat_kb_per_request"] + month.videos * figures["nat_kb_per_video"]
    ) / KB_PER_GB
    crossing = Decimal("0.5") if gateways == 1 else Decimal(0)
    return {
        "monthly_data_processed_gb": data / gateways,
        "monthly_outbound_internet_gb": Range.exactly(0),
        "monthly_cross_zone_gb": data * crossing,
    }


def _balancer(_: Resource, __: Graph, month: Month) -> Amounts:
    a_second = month.requests / _SECONDS_PER_MONTH
    data = month.requests * month.figures["page_kb"] / KB_PER_GB
    return {
        "new_connections": a_second,
        "processed_bytes_gb": data,
        "monthly_outbound_internet_gb": data,
    }


def _distribution(_: Resource, __: Graph, month: Month) -> Amounts:
    requests = month.pages * 10 + month.clicks + month.api_requests
    return {
        "monthly_data_transfer_to_internet_gb": month.pages * month.figures["page_kb"] / KB_PER_GB,
        "monthly_data_transfer_to_origin_gb": month.api_requests / KB_PER_GB,
        "monthly_https_requests": requests,
    }


def _function(function: Resource, _: Graph, month: Month) -> Amounts:
    amounts = {"request_duration_ms": month.figures["function_ms"]}
    if "guard" in function.name:
        amounts["monthly_cost_explorer_requests"] = month.figures["guard_explorer_calls"]
    return amounts


def _log_group(group: Resource, graph: Graph, month: Month) -> Amounts:
    """A log group's share: a worker's by videos, an HTTP service's by requests."""
    figures = month.figures
    services = [it for it in graph.children(group.parent or "") if it.type == SERVICE]
    if not services:
        return {"monthly_data_ingested_gb": Range.between(0, Decimal("0.01"), Decimal("0.1"))}
    if not services[0].get("loadBalancers"):
        data = month.videos * figures["log_kb_per_video"]
    elif _has_paths(services[0], graph):
        data = month.api_requests * figures["log_kb"]
    else:
        data = month.page_requests * figures["log_kb"]
    return {"monthly_data_ingested_gb": data / KB_PER_GB}


def _of(key: str, coefficient: str) -> Callable[[Resource, Graph, Month], Amounts]:
    return lambda _, __, month: {key: month.figures[coefficient]}


_BY_TYPE: Mapping[str, Callable[[Resource, Graph, Month], Amounts]] = {
    SERVICE: _service,
    "aws:cloudfront/distribution:Distribution": _distribution,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:dynamodb/table:Table": _table,
    "aws:ec2/natGateway:NatGateway": _gateway,
    "aws:ecr/repository:Repository": _of("storage_gb", "image_gb"),
    "aws:lambda/function:Function": _function,
    "aws:lb/loadBalancer:LoadBalancer": _balancer,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:secretsmanager/secret:Secret": _of("monthly_requests", "secret_calls"),
    "aws:sns/topic:Topic": _of("monthly_requests", "notices"),
    "aws:sns/topicSubscription:TopicSubscription": _of("monthly_requests", "notices"),
    "aws:sqs/queue:Queue": _queue,
}
