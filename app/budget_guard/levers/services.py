"""The stack's ECS services, and how many tasks each should run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.budget_guard.levers.lever import Value
from app.budget_guard.mode import Mode

MOST_DESCRIBED = 10
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html"""

STACK_TAG = "Stack"


class StackServices:
    """The services of some clusters that carry the stack's tag, asked for once a run.

    By `cluster/service`, as ECS describes them. A service of another stack is never among them.
    """

    def __init__(self, ecs: Any, clusters: Sequence[str], stack: str) -> None:
        self._ecs = ecs
        self._clusters = clusters
        self._stack = stack
        self._found: dict[str, dict[str, Any]] | None = None

    def all(self) -> Mapping[str, dict[str, Any]]:
        """Asks at the first call; raises what boto3 raises."""
        if self._found is None:
            self._found = {
                f"{cluster}/{service['serviceName']}": service
                for cluster in self._clusters
                for service in self._of(cluster)
            }
        return self._found

    def forget(self) -> None:
        """Ask anew next time."""
        self._found = None

    def _of(self, cluster: str) -> Iterator[dict[str, Any]]:
        for page in self._ecs.get_paginator("list_services").paginate(cluster=cluster):
            for arns in _batches(page["serviceArns"]):
                answer = self._ecs.describe_services(
                    cluster=cluster, services=arns, include=["TAGS"]
                )
                for service in answer["services"]:
                    tags = {tag["key"]: tag["value"] for tag in service.get("tags", ())}
                    if tags.get(STACK_TAG) == self._stack and service["status"] == "ACTIVE":
                        yield service


class TaskCounts:
    """How many tasks a service should run; stopped, none. `never_stop` names services."""

    kind = "service"

    def __init__(self, ecs: Any, services: StackServices, never_stop: frozenset[str]) -> None:
        self._ecs = ecs
        self._services = services
        self._never_stop = never_stop

    def read(self) -> Mapping[str, Value]:
        return {
            name: {"desired": service["desiredCount"]}
            for name, service in self._services.all().items()
        }

    def held(self, name: str, original: Value, mode: Mode) -> Value:
        stops = mode is Mode.STOPPED and service_of(name) not in self._never_stop
        return {"desired": 0} if stops else original

    def move(self, name: str, value: Value) -> None:
        cluster, service = name.split("/")
        self._ecs.update_service(cluster=cluster, service=service, desiredCount=value["desired"])


def service_of(name: str) -> str:
    """The service's own name in `cluster/service`."""
    return name.rpartition("/")[2]


def _batches(arns: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(arns), MOST_DESCRIBED):
        yield list(arns[start : start + MOST_DESCRIBED])
