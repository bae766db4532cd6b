"""What AWS charges for each resource type: one module for a service, or for a few small ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from buylink.costs.charge import Metered
from buylink.costs.meters import (
    aws_lambda,
    cloudwatch,
    container_insights,
    dynamodb,
    edge,
    fargate,
    load_balancer,
    messaging,
    nat_gateway,
    route53,
    s3,
    scheduler,
    security,
    vpc,
)
from buylink.costs.meters.free import FREE_TYPES

_MODULES: Final = (
    aws_lambda,
    cloudwatch,
    container_insights,
    dynamodb,
    edge,
    fargate,
    load_balancer,
    messaging,
    nat_gateway,
    route53,
    s3,
    scheduler,
    security,
    vpc,
)

METERED: Final[Mapping[str, Metered]] = {
    metered.type: metered for module in _MODULES for metered in module.METERED
}
FREE: Final = FREE_TYPES
