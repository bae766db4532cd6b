"""The events of ECS that tell the guard of trouble with Spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, lambda_

from components.parts.owner import Owner
from components.scheduled_function import ScheduledFunction

_PATTERNS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "spot-placements": (
        "ECS Service Action",
        {"eventName": ["SERVICE_TASK_PLACEMENT_FAILURE"]},
    ),
    "spot-returns": (
        "ECS Task State Change",
        {"lastStatus": ["STOPPED"], "stopCode": ["SpotInterruption"]},
    ),
}
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html"""


def add_spot_events(
    own: Owner, function: ScheduledFunction, cluster_arns: Sequence[pulumi.Input[str]]
) -> None:
    """Calls the function when Spot has no room for a task of the clusters, or takes one back.

    AWS's own events cost nothing.
    """
    for thing, (kind, detail) in _PATTERNS.items():
        rule = cloudwatch.EventRule(
            own.name(thing),
            description=f"{kind}: for the guard's way off Spot",
            event_pattern=pulumi.Output.json_dumps(
                {
                    "source": ["aws.ecs"],
                    "detail-type": [kind],
                    "detail": {"clusterArn": list(cluster_arns), **detail},
                }
            ),
            tags=own.tags(thing),
            opts=own.opts(),
        )
        permission = lambda_.Permission(
            own.name(f"{thing}-permission"),
            action="lambda:InvokeFunction",
            function=function.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=own.opts(),
        )
        cloudwatch.EventTarget(
            own.name(f"{thing}-target"),
            rule=rule.name,
            arn=function.function_arn,
            opts=own.opts(permission),
        )
