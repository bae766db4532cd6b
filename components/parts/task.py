"""What a Fargate task of a service looks like: plain data, no AWS, no Pulumi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from buylink.settings.services import HttpServiceSettings

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


def capacity_strategy(settings: HttpServiceSettings) -> tuple[StrategyItem, ...]:
    """Where tasks run: the base on demand, those past it by weight; providers in use alone."""
    items = (
        StrategyItem("FARGATE", settings.on_demand_base, settings.on_demand_weight),
        StrategyItem("FARGATE_SPOT", 0, settings.spot_weight),
    )
    return tuple(item for item in items if item.base or item.weight)


def container_environment(settings: HttpServiceSettings, stack: str) -> list[dict[str, str]]:
    """A container's environment in ECS's form, by name."""
    values: Mapping[str, str] = {
        **settings.environment,
        "ENVIRONMENT": stack,
        "PORT": str(settings.port),
    }
    return [{"name": name, "value": value} for name, value in sorted(values.items())]


def container_definition(
    *,
    service: str,
    image: object,
    port: int,
    environment: Sequence[Mapping[str, str]],
    log_group: object,
    region: str,
) -> dict[str, Any]:
    """A container definition; `image` and `log_group` may be outputs.

    It has no health check of its own: the load balancer's decides, and two would disagree.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """
    return {
        "name": service,
        "image": image,
        "essential": True,
        "user": USER,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
        "stopTimeout": STOP_TIMEOUT,
        "portMappings": [{"containerPort": port, "protocol": "tcp"}],
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
