"""The task definition of a Fargate service, whatever it does, and what its tasks need to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, ecs, iam

from buylink.settings.services import TaskSettings
from components.images import Images
from components.parts.log_group import add_log_group
from components.parts.names import explicit_name
from components.parts.owner import Owner
from components.parts.statements import Statement
from components.parts.task import container_definition
from components.parts.task_roles import add_execution_role, add_task_role


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """What a service's tasks run with; `images` is the service's own repository.

    `environment` is what the hub gives it and goes before the settings' own; `statements` are the
    rights that its code has on the hub.
    """

    region: str
    account_id: str
    images: Images
    retention_days: int
    environment: Mapping[str, pulumi.Input[str]]
    statements: Sequence[Statement]


@dataclass(frozen=True, kw_only=True)
class ServiceTask:
    """A task definition with its log group and roles; a service waits for `execution_policy`."""

    definition: ecs.TaskDefinition
    logs: cloudwatch.LogGroup
    role: iam.Role
    execution_policy: iam.RolePolicy


def add_service_task(
    own: Owner,
    settings: TaskSettings,
    runtime: Runtime,
    environment: Sequence[Mapping[str, object]],
    *,
    port: int | None = None,
) -> ServiceTask:
    """The family `buylink-<stack>-<service>` with one container, a log group and two roles."""
    logs = add_log_group(own, own.label, runtime.retention_days)
    execution = add_execution_role(
        own, repository_arn=runtime.images.repository_arn, log_group_arn=logs.arn
    )
    role = add_task_role(own, account_id=runtime.account_id)
    container = container_definition(
        service=own.label,
        image=runtime.images.reference,
        port=port,
        environment=environment,
        log_group=logs.name,
        region=runtime.region,
    )
    definition = _add_definition(own, settings, container, execution.role, role)
    return ServiceTask(
        definition=definition, logs=logs, role=role, execution_policy=execution.policy
    )


def _add_definition(
    own: Owner,
    settings: TaskSettings,
    container: dict[str, Any],
    execution_role: iam.Role,
    task_role: iam.Role,
) -> ecs.TaskDefinition:
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
        execution_role_arn=execution_role.arn,
        task_role_arn=task_role.arn,
        container_definitions=pulumi.Output.json_dumps([container]),
        tags=own.tags("task"),
        opts=own.opts(),
    )
