"""The two roles of a service's tasks, with no more rights than they use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.parts.owner import Owner
from components.parts.statements import Statement, policy_document
from components.parts.trust import service_trust

TASKS = "ecs-tasks.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class ExecutionRole:
    """The role ECS starts tasks with; a service waits for its `policy`, or its first task fails."""

    role: iam.Role
    policy: iam.RolePolicy


def add_execution_role(
    own: Owner, *, repository_arn: pulumi.Input[str], log_group_arn: pulumi.Input[str]
) -> ExecutionRole:
    """May pull from the service's repository and write to its log group.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    role = iam.Role(
        own.name("execution-role"),
        description=f"{own.label}: start tasks, pull their image, write their log",
        assume_role_policy=json.dumps(service_trust(TASKS)),
        tags=own.tags("execution-role"),
        opts=own.opts(),
    )
    statements = [
        # A token is for the whole registry: the action takes no resource.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
        {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            "Resource": repository_arn,
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(log_group_arn, ":*"),
        },
    ]
    policy = iam.RolePolicy(
        own.name("execution-policy"),
        role=role.name,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=own.opts(),
    )
    return ExecutionRole(role=role, policy=policy)


def add_task_role(own: Owner, *, account_id: str) -> iam.Role:
    """The role the service's own code runs with: of this account alone, and without any right.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    return iam.Role(
        own.name("task-role"),
        description=f"{own.label}: what its code may do in AWS",
        assume_role_policy=json.dumps(service_trust(TASKS, account_id=account_id)),
        tags=own.tags("task-role"),
        opts=own.opts(),
    )


def allow_task(own: Owner, role: iam.Role, statements: Sequence[Statement]) -> iam.RolePolicy:
    """Gives a task role its rights."""
    return iam.RolePolicy(
        own.name("task-policy"),
        role=role.name,
        policy=policy_document(statements),
        opts=own.opts(),
    )
