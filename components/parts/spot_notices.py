"""A notice for each task that Spot takes back."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch, iam

from components.parts.notices import PUBLISH
from components.parts.owner import Owner
from components.parts.statements import Statement, policy_document
from components.parts.trust import service_trust

EVENTS = "events.amazonaws.com"

FIELDS = {
    "service": "$.detail.group",
    "task": "$.detail.taskArn",
    "reason": "$.detail.stoppedReason",
    "time": "$.time",
}


def add_spot_notices(
    own: Owner,
    *,
    account_id: str,
    cluster_arns: Sequence[pulumi.Input[str]],
    notice_topic_arn: pulumi.Input[str],
) -> None:
    """Tells the topic of every task of the clusters that ended as Spot wanted its capacity back.

    A task passes through several states with that reason; the last of them comes once. AWS's own
    events cost nothing. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html

    EventBridge publishes with a role of its own: a topic's policy can let it in only without a
    condition, and so for the rules of any account.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    rule = cloudwatch.EventRule(
        own.name("spot-interruptions"),
        description="Tasks that Fargate Spot took back",
        event_pattern=pulumi.Output.json_dumps(
            {
                "source": ["aws.ecs"],
                "detail-type": ["ECS Task State Change"],
                "detail": {
                    "clusterArn": list(cluster_arns),
                    "lastStatus": ["STOPPED"],
                    "stopCode": ["SpotInterruption"],
                },
            }
        ),
        tags=own.tags("spot-interruptions"),
        opts=own.opts(),
    )
    role = iam.Role(
        own.name("spot-role"),
        description="Spot interruptions: publish notices",
        assume_role_policy=json.dumps(service_trust(EVENTS, account_id=account_id)),
        tags=own.tags("spot-role"),
        opts=own.opts(),
    )
    policy = iam.RolePolicy(
        own.name("spot-policy"),
        role=role.name,
        policy=policy_document([Statement([PUBLISH], [notice_topic_arn])]),
        opts=own.opts(),
    )
    cloudwatch.EventTarget(
        own.name("spot-target"),
        rule=rule.name,
        arn=notice_topic_arn,
        role_arn=role.arn,
        input_transformer=cloudwatch.EventTargetInputTransformerArgs(
            input_paths=FIELDS, input_template=json.dumps(_text(own.stack))
        ),
        opts=own.opts(policy),
    )


def _text(stack: str) -> str:
    return (
        f"Buylink {stack}: Fargate Spot took back a task of <service> at <time> (<reason>). ECS "
        "starts another one as soon as Spot has room; its work went back to the queue, or to the "
        "other tasks. If this repeats and requests fail or messages wait, raise onDemandBase or "
        "onDemandWeight of the service, which costs more, and deploy. The task: <task>"
    )
