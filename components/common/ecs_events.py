"""EventBridge rules for what ECS says of a stack's clusters. AWS's own events cost nothing.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.common.child_factory import ChildFactory


@dataclass(frozen=True)
class EcsEvent:
    """An event by its `detail-type`, and by the values of the fields in its `detail`."""

    detail_type: str
    detail: Mapping[str, Sequence[str]]


PLACEMENT_FAILURE = EcsEvent(
    "ECS Service Action", {"eventName": ["SERVICE_TASK_PLACEMENT_FAILURE"]}
)

SPOT_INTERRUPTION = EcsEvent(
    "ECS Task State Change", {"lastStatus": ["STOPPED"], "stopCode": ["SpotInterruption"]}
)
"""A task passes through several states with that reason; the last of them comes once.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html"""


def add_event_rule(
    child: ChildFactory,
    thing: str,
    event: EcsEvent,
    cluster_arns: Sequence[pulumi.Input[str]],
    description: str,
) -> cloudwatch.EventRule:
    """A rule for an event of the clusters' services and tasks."""
    return cloudwatch.EventRule(
        child.name(thing),
        description=description,
        event_pattern=pulumi.Output.json_dumps(
            {
                "source": ["aws.ecs"],
                "detail-type": [event.detail_type],
                "detail": {"clusterArn": list(cluster_arns), **event.detail},
            }
        ),
        tags=child.tags(thing),
        opts=child.opts(),
    )
