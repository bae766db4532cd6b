"""An ECS service on Fargate: its task definition, its roles, and the service itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import pulumi
from pulumi_aws import cloudwatch, ec2, ecs, iam

from components.common.child_factory import ChildFactory, add_log_group, explicit_name
from components.common.iam import Statement, policy_document, service_trust
from components.network.network import Network
from components.network.security_rules import ANYWHERE, HTTPS, Peer, allow_out
from components.services.images import Images
from components.services.service_cluster import ServiceCluster

HEALTH_CHECK_GRACE = 60
"""Seconds a new task has to start before a failing health check stops it."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a service's tasks run, and on what capacity."""

    cluster: ServiceCluster
    network: Network
    security_group_id: pulumi.Input[str]
    strategy: Sequence[StrategyItem]


@dataclass(frozen=True, kw_only=True)
class TargetGroupBinding:
    """The target group that sends a service its requests, to the container's TCP `port`."""

    target_group_arn: pulumi.Input[str]
    port: int


def add_ecs_service(
    child: ChildFactory,
    placement: Placement,
    task: ecs.TaskDefinition,
    *,
    desired_count: int,
    waits_for: Sequence[pulumi.Resource],
    target_group: TargetGroupBinding | None = None,
) -> ecs.Service:
    """The service `buylink-<stack>-<service>`; an autoscaler has to own its number of tasks.

    It waits for `waits_for`, for the cluster's providers and for the network's ways out.
    """
    return ecs.Service(
        child.name("service"),
        name=explicit_name(child.stack, child.label),
        cluster=placement.cluster.arn,
        task_definition=task.arn,
        desired_count=desired_count,
        capacity_provider_strategies=[
            ecs.ServiceCapacityProviderStrategyArgs(
                capacity_provider=item.provider, base=item.base, weight=item.weight
            )
            for item in placement.strategy
        ],
        # Lets another strategy take effect in place; without it the service would be replaced.
        force_new_deployment=True,
        network_configuration=ecs.ServiceNetworkConfigurationArgs(
            subnets=placement.network.task_subnet_ids,
            security_groups=[placement.security_group_id],
            assign_public_ip=placement.network.assign_public_ip,
        ),
        load_balancers=target_group and [_load_balancer(child, target_group)],
        health_check_grace_period_seconds=target_group and HEALTH_CHECK_GRACE,
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        deployment_circuit_breaker=ecs.ServiceDeploymentCircuitBreakerArgs(
            enable=True, rollback=True
        ),
        availability_zone_rebalancing="ENABLED",
        enable_execute_command=False,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        tags=child.tags("service"),
        opts=child.opts(
            *waits_for,
            placement.cluster.capacity_providers,
            *placement.network.ways_out,
            # The autoscaler owns the number of tasks from the first day on.
            ignore_changes=["desiredCount"],
        ),
    )


def _load_balancer(
    child: ChildFactory, target_group: TargetGroupBinding
) -> ecs.ServiceLoadBalancerArgs:
    return ecs.ServiceLoadBalancerArgs(
        target_group_arn=target_group.target_group_arn,
        container_name=child.label,
        container_port=target_group.port,
    )


def add_task_security_group(
    child: ChildFactory, vpc_id: pulumi.Input[str], description: str
) -> ec2.SecurityGroup:
    """The security group of a service's tasks, which lets them out over HTTPS and nobody in."""
    group = ec2.SecurityGroup(
        child.name("security-group"),
        vpc_id=vpc_id,
        description=description,
        tags=child.tags("security-group"),
        opts=child.opts(),
    )
    allow_out(
        child,
        "to-https",
        group.id,
        HTTPS,
        Peer(cidr_ipv4=ANYWHERE),
        "HTTPS to AWS and TikTok, whose addresses change",
    )
    return group


_Value = TypeVar("_Value")

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
    """A part of a capacity provider strategy.

    `base` is a number of tasks; `weight`, beside the others' weights, a share of those past it.
    """

    provider: str
    base: int
    weight: int


SPOT_ALONE = (StrategyItem("FARGATE_SPOT", 0, 1),)
"""For work that can be given back: a task that Spot takes away loses nothing."""


def capacity_strategy(
    *, on_demand_base: int, on_demand_weight: int, spot_weight: int
) -> tuple[StrategyItem, ...]:
    """Where tasks run: the base on demand, those past it by weight; providers in use alone."""
    items = (
        StrategyItem("FARGATE", on_demand_base, on_demand_weight),
        StrategyItem("FARGATE_SPOT", 0, spot_weight),
    )
    return tuple(item for item in items if item.base or item.weight)


def container_environment(
    variables: Mapping[str, str], stack: str, ours: Mapping[str, _Value]
) -> list[dict[str, str | _Value]]:
    """A container's environment in ECS's form, by name; what the stack sets (`ours`) wins."""
    values: dict[str, str | _Value] = {**variables, "ENVIRONMENT": stack, **ours}
    return [{"name": name, "value": value} for name, value in sorted(values.items(), key=_name)]


def _name(variable: tuple[str, object]) -> str:
    return variable[0]


def container_definition(
    *,
    service: str,
    image: object,
    environment: Sequence[Mapping[str, object]],
    log_group: object,
    region: str,
    port: int | None = None,
) -> dict[str, object]:
    """A container definition; `image`, `log_group` and the environment's values may be outputs.

    It has no health check of its own: a load balancer's decides, and two would disagree; without
    one there is nothing to ask, and a worker that can't go on exits.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """
    ports = {} if port is None else {"portMappings": [{"containerPort": port, "protocol": "tcp"}]}
    return {
        "name": service,
        "image": image,
        "essential": True,
        "user": USER,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
        "stopTimeout": STOP_TIMEOUT,
        **ports,
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


@dataclass(frozen=True, kw_only=True)
class TaskSize:
    """A task's CPU units (1,024 are a vCPU) and MiB of memory, a pair that Fargate has."""

    cpu: int
    memory: int
    architecture: Literal["ARM64", "X86_64"]


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """What a service's tasks run with; `images` is the service's own repository.

    `environment` is what the hub gives it and goes before `variables`, its own; `statements` are
    the permissions that its code has on the hub. Its log is kept for `retention_days`.
    """

    region: str
    account_id: str
    size: TaskSize
    images: Images
    retention_days: int
    variables: Mapping[str, str]
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
    child: ChildFactory,
    runtime: Runtime,
    environment: Sequence[Mapping[str, object]],
    *,
    port: int | None = None,
) -> ServiceTask:
    """The family `buylink-<stack>-<service>` with one container, a log group and two roles."""
    logs = add_log_group(child, child.label, runtime.retention_days)
    execution = add_execution_role(
        child, repository_arn=runtime.images.repository_arn, log_group_arn=logs.arn
    )
    role = add_task_role(child, account_id=runtime.account_id)
    container = container_definition(
        service=child.label,
        image=runtime.images.reference,
        port=port,
        environment=environment,
        log_group=logs.name,
        region=runtime.region,
    )
    definition = _add_definition(child, runtime.size, container, execution.role, role)
    return ServiceTask(
        definition=definition, logs=logs, role=role, execution_policy=execution.policy
    )


def _add_definition(
    child: ChildFactory,
    size: TaskSize,
    container: dict[str, object],
    execution_role: iam.Role,
    task_role: iam.Role,
) -> ecs.TaskDefinition:
    return ecs.TaskDefinition(
        child.name("task"),
        family=explicit_name(child.stack, child.label),
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=str(size.cpu),
        memory=str(size.memory),
        runtime_platform=ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX", cpu_architecture=size.architecture
        ),
        execution_role_arn=execution_role.arn,
        task_role_arn=task_role.arn,
        container_definitions=pulumi.Output.json_dumps([container]),
        tags=child.tags("task"),
        opts=child.opts(),
    )


TASKS = "ecs-tasks.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class ExecutionRole:
    """The role ECS starts tasks with; a service waits for its `policy`, or its first task fails."""

    role: iam.Role
    policy: iam.RolePolicy


def add_execution_role(
    child: ChildFactory, *, repository_arn: pulumi.Input[str], log_group_arn: pulumi.Input[str]
) -> ExecutionRole:
    """May pull from the service's repository and write to its log group.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    role = iam.Role(
        child.name("execution-role"),
        description=f"{child.label}: start tasks, pull their image, write their log",
        assume_role_policy=json.dumps(service_trust(TASKS)),
        tags=child.tags("execution-role"),
        opts=child.opts(),
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
        child.name("execution-policy"),
        role=role.name,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=child.opts(),
    )
    return ExecutionRole(role=role, policy=policy)


def add_task_role(child: ChildFactory, *, account_id: str) -> iam.Role:
    """The role the service's own code runs with: of this account alone, and without any permission.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    return iam.Role(
        child.name("task-role"),
        description=f"{child.label}: what its code may do in AWS",
        assume_role_policy=json.dumps(service_trust(TASKS, account_id=account_id)),
        tags=child.tags("task-role"),
        opts=child.opts(),
    )


def allow_task(
    child: ChildFactory, role: iam.Role, statements: Sequence[Statement]
) -> iam.RolePolicy:
    """Gives a task role its permissions."""
    return iam.RolePolicy(
        child.name("task-policy"),
        role=role.name,
        policy=policy_document(statements),
        opts=child.opts(),
    )
