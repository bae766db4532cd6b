"""What the stack costs now, by list prices: its tasks, and what goes on costing when none runs."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from app.budget_guard.cost_explorer import Costs
from app.hub.clients import AwsAnswer, Client


class Price(NamedTuple):
    """For one unit: an hour, or a month."""

    amount: Decimal
    unit: str


HOURS = 730
"""Of a month."""

PRICES = Path(__file__).with_name("prices.json")
"""The few list prices that the guard needs, packaged with it: US dollars, before tax; Spot prices
are typical ones. Generated from the price book by `make goldens`."""


def _regions(text: str) -> Mapping[str, Mapping[str, Price]]:
    content = json.loads(text)
    return {
        region: {
            thing: Price(Decimal(amount), content["units"][thing])
            for thing, amount in prices.items()
        }
        for region, prices in content["regions"].items()
    }


REGIONS = _regions(PRICES.read_text("utf-8"))

MOST_DESCRIBED = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html"""

SPOT, ON_DEMAND = "FARGATE_SPOT", "FARGATE"
_PURCHASES = {SPOT: "spot", ON_DEMAND: "fargate"}
_ARCHITECTURE = "ecs.cpu-architecture"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task's size: `architecture` is arm64 or x86_64, `provider` where it runs."""

    service: str
    provider: str
    architecture: str
    vcpus: Decimal
    gigabytes: Decimal


def tasks_hourly(region: str, tasks: Iterable[Task]) -> Decimal | None:
    """US dollars an hour; None where the price of one isn't known."""
    prices = REGIONS.get(region, {})
    total = Decimal(0)
    for task in tasks:
        family = f"{_PURCHASES.get(task.provider, 'fargate')}-{task.architecture}"
        if f"{family}-vcpu" not in prices or f"{family}-gb" not in prices:
            return None
        total += task.vcpus * prices[f"{family}-vcpu"].amount
        total += task.gigabytes * prices[f"{family}-gb"].amount
    return total


def running_tasks(ecs: Client, clusters: Sequence[str], services: Iterable[str]) -> list[Task]:
    """The running tasks of services, by `cluster/service`; raises what boto3 raises."""
    ours = frozenset(services)
    return [
        task for cluster in clusters for task in _tasks_of(ecs, cluster) if task.service in ours
    ]


def task_of_service(ecs: Client, name: str, service: AwsAnswer) -> Task:
    """One task of a service, as its task definition has it; raises what boto3 raises."""
    answer = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
    definition = answer["taskDefinition"]
    platform = definition.get("runtimePlatform", {})
    return Task(
        service=name,
        provider=ON_DEMAND,
        architecture=platform.get("cpuArchitecture", "X86_64").lower(),
        vcpus=_vcpus(definition),
        gigabytes=_gigabytes(definition),
    )


def _tasks_of(ecs: Client, cluster: str) -> Iterator[Task]:
    pages = ecs.get_paginator("list_tasks").paginate(cluster=cluster, desiredStatus="RUNNING")
    for page in pages:
        for start in range(0, len(page["taskArns"]), MOST_DESCRIBED):
            arns = page["taskArns"][start : start + MOST_DESCRIBED]
            for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]:
                attributes = {
                    attribute["name"]: attribute.get("value")
                    for attribute in task.get("attributes", ())
                }
                yield Task(
                    service=f"{cluster}/{task.get('group', '').removeprefix('service:')}",
                    provider=task.get("capacityProviderName", ON_DEMAND),
                    architecture=attributes.get(_ARCHITECTURE) or "x86_64",
                    vcpus=_vcpus(task),
                    gigabytes=_gigabytes(task),
                )


def _vcpus(size: AwsAnswer) -> Decimal:
    return Decimal(size.get("cpu", "0")) / 1024


def _gigabytes(size: AwsAnswer) -> Decimal:
    return Decimal(size.get("memory", "0")) / 1024


_NAMES = {
    "nat-gateway": "NAT gateways",
    "load-balancer": "load balancer",
    "public-address": "public addresses",
    "secret": "secrets",
    "kms-key": "keys",
}

STORAGE = frozenset(
    (
        "Amazon DynamoDB",
        "Amazon EC2 Container Registry (ECR)",
        "Amazon Simple Storage Service",
        "AmazonCloudWatch",
    )
)
"""What Cost Explorer calls the services that keep things."""


def fixed_monthly(region: str, counts: Mapping[str, int]) -> dict[str, Decimal | None]:
    """US dollars a month for each thing, by its name for people; None where no price is known.

    `counts` are by the names of the price table: nat-gateway, load-balancer and so on.
    """
    prices = REGIONS.get(region, {})
    return {
        _NAMES.get(thing, thing): (
            prices[thing].amount * (HOURS if prices[thing].unit == "hour" else 1) * number
            if thing in prices
            else None
        )
        for thing, number in counts.items()
        if number
    }


def storage_monthly(costs: Costs | None) -> Decimal | None:
    """US dollars a month that the last full day of tables, buckets, images and logs comes to.

    None as long as nothing was billed. Requests are in it too: it is the most that goes on.
    """
    if costs is None:
        return None
    day = costs.asked_on - timedelta(days=2)
    billed = [row.amount for row in costs.between(day, day) if row.service in STORAGE]
    return sum(billed, Decimal(0)) * HOURS / 24 if billed else None
