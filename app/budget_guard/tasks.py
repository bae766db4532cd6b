"""What the stack's tasks cost, by what runs now and by list prices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.budget_guard.price_table import REGIONS

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


def hourly(region: str, tasks: Iterable[Task]) -> Decimal | None:
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


def running(ecs: Any, clusters: Sequence[str], services: Iterable[str]) -> list[Task]:
    """The running tasks of services, by `cluster/service`; raises what boto3 raises."""
    ours = frozenset(services)
    return [task for cluster in clusters for task in _of(ecs, cluster) if task.service in ours]


def of_service(ecs: Any, name: str, service: Mapping[str, Any]) -> Task:
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


def _of(ecs: Any, cluster: str) -> Iterator[Task]:
    pages = ecs.get_paginator("list_tasks").paginate(cluster=cluster, desiredStatus="RUNNING")
    for page in pages:
        for start in range(0, len(page["taskArns"]), MOST_DESCRIBED):
            arns = page["taskArns"][start : start + MOST_DESCRIBED]
            for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]:
                attributes = {it["name"]: it.get("value") for it in task.get("attributes", ())}
                yield Task(
                    service=f"{cluster}/{task.get('group', '').removeprefix('service:')}",
                    provider=task.get("capacityProviderName", ON_DEMAND),
                    architecture=attributes.get(_ARCHITECTURE) or "x86_64",
                    vcpus=_vcpus(task),
                    gigabytes=_gigabytes(task),
                )


def _vcpus(given: Mapping[str, Any]) -> Decimal:
    return Decimal(given.get("cpu", "0")) / 1024


def _gigabytes(given: Mapping[str, Any]) -> Decimal:
    return Decimal(given.get("memory", "0")) / 1024
