"""The task definition of a Fargate service, whatever it does."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import ecs

from buylink.settings.services import TaskSettings
from components.parts.names import explicit_name
from components.parts.owner import Owner


def add_task_definition(
    own: Owner,
    settings: TaskSettings,
    container: dict[str, Any],
    *,
    execution_role_arn: pulumi.Input[str],
    task_role_arn: pulumi.Input[str],
) -> ecs.TaskDefinition:
    """The family `buylink-<stack>-<service>`, with one container."""
    return ecs.TaskDefinition(
        own.name("task"),
        family=explicit_name(own.stack, own.label),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(settings.cpu),
        memory=str(settings.memory),
        runtime_platform=ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX", cpu_architecture=settings.architecture
        ),
        execution_role_arn=execution_role_arn,
        task_role_arn=task_role_arn,
        container_definitions=pulumi.Output.json_dumps([container]),
        tags=own.tags("task"),
        opts=own.opts(),
    )
