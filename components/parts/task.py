"""What a Fargate task of a service looks like: plain data, no AWS, no Pulumi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from buylink.settings.services import HttpServiceSettings, TaskSettings

_Value = TypeVar("_Value")

STOP_TIMEOUT = 120
"""Seconds from SIGTERM to SIGKILL: the most that Fargate gives, and all of Spot's warning.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html"""

DEREGISTRATION_DELAY = 30
"""Seconds the load balancer lets open requests finish; shorter than STOP_TIMEOUT, or a request
could outlive its task."""

USER = "10001:10001"
"""User and group IDs that the images are built for."""


@dataclass(frozen=True)
class StrategyItem:
    """A part of a capacity provider strategy."""

    provider: str
    base: int
    weight: int


SPOT_ALONE = (StrategyItem("FARGATE_SPOT", 0, 1),)
"""For work that can be given back: a task that Spot takes away loses nothing."""


def capacity_strategy(settings: HttpServiceSettings) -> tuple[StrategyItem, ...]:
    """Where tasks run: the base on demand, those past it by weight; providers in use alone."""
    items = (
        StrategyItem("FARGATE", settings.on_demand_base, settings.on_demand_weight),
        StrategyItem("FARGATE_SPOT", 0, settings.spot_weight),
    )
    return tuple(item for item in items if item.base or item.weight)


def container_environment(
    settings: TaskSettings, stack: str, ours: Mapping[str, _Value]
) -> list[dict[str, str | _Value]]:
    """A container's environment in ECS's form, by name; what the stack sets (`ours`) wins."""
    values: dict[str, str | _Value] = {**settings.environment, "ENVIRONMENT": stack, **ours}
    return [{"name": name, "value": value} for name, value in sorted(values.items(), key=_name)]


def _name(variable: tuple[str, object]) -> str:
    return variable[0]


def container_definition(
    *,
    service: str,
    image: object,
    environment: Sequence[Mapping[str, object]],
    log_group: object,
    region: str,
    port: int | None = None,
) -> dict[str, Any]:
    """A container definition; `image`, `log_group` and the environment's values may be outputs.

    It has no health check of its own: a load balancer's decides, and two would disagree; without
    one there is nothing to ask, and a worker that can't go on exits.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """
    ports = {} if port is None else {"portMappings": [{"containerPort": port, "protocol": "tcp"}]}
    return {
        "name": service,
        "image": image,
        "essential": True,
        "user": USER,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
        "stopTimeout": STOP_TIMEOUT,
        **ports,
        "environment": list(environment),
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": region,
                "awslogs-stream-prefix": service,
            },
        },
    }
