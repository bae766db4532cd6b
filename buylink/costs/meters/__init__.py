"""What AWS charges for each resource type: one module for a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from buylink.costs.charge import Metered
from buylink.costs.meters import (
    aws_lambda,
    bedrock,
    cloudfront,
    cloudwatch,
    container_insights,
    dynamodb,
    ecr,
    eventbridge,
    fargate,
    kms,
    load_balancer,
    nat_gateway,
    route53,
    s3,
    scheduler,
    secrets_manager,
    sns,
    sqs,
    vpc,
    waf,
)
from buylink.costs.meters.free import FREE_TYPES

_MODULES: Final = (
    aws_lambda,
    bedrock,
    cloudfront,
    cloudwatch,
    container_insights,
    dynamodb,
    ecr,
    eventbridge,
    fargate,
    kms,
    load_balancer,
    nat_gateway,
    route53,
    s3,
    scheduler,
    secrets_manager,
    sns,
    sqs,
    vpc,
    waf,
)

METERED: Final[Mapping[str, Metered]] = {
    metered.type: metered for module in _MODULES for metered in module.METERED
}
FREE: Final = FREE_TYPES
