"""What CostMonitoring watches: plain data, in which names may be outputs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

LOAD_BALANCER = "AWS/ApplicationELB"
QUEUE = "AWS/SQS"
TABLE = "AWS/DynamoDB"
THROTTLES = ("ReadThrottleEvents", "WriteThrottleEvents")


@dataclass(frozen=True, kw_only=True)
class WatchedService:
    """An ECS service; `label` is its name in the settings, `name` the one in AWS.

    `target_group_suffix` is the target group as CloudWatch names it, `targetgroup/<name>/<id>`;
    a service behind no load balancer has none, and no alarms of its own.
    """

    label: str
    name: pulumi.Input[str]
    cluster_name: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class WatchedQueue:
    """A queue and its dead-letter queue; `acceptable_age` is in seconds."""

    label: str
    name: pulumi.Input[str]
    dead_letter_name: pulumi.Input[str]
    acceptable_age: int


@dataclass(frozen=True, kw_only=True)
class WatchedTable:
    """A table, and the names of its indexes: CloudWatch counts their throttles apart."""

    label: str
    name: pulumi.Input[str]
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WatchedFunction:
    """A Lambda function."""

    label: str
    name: pulumi.Input[str]
