"""An ECS service on Fargate, with or without a load balancer before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecs

from components.network import Network
from components.parts.names import explicit_name
from components.parts.owner import Owner
from components.parts.task import StrategyItem
from components.service_cluster import ServiceCluster

HEALTH_CHECK_GRACE = 60
"""Seconds a new task has to start before a failing health check stops it."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a service's tasks run, and on what capacity."""

    cluster: ServiceCluster
    network: Network
    security_group_id: pulumi.Input[str]
    strategy: Sequence[StrategyItem]


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The target group that sends a service its requests, and the container's port for them."""

    target_group_arn: pulumi.Input[str]
    port: int


def add_ecs_service(
    own: Owner,
    place: Place,
    task: ecs.TaskDefinition,
    *,
    desired_count: int,
    waits_for: Sequence[pulumi.Resource],
    behind: Behind | None = None,
) -> ecs.Service:
    """The service `buylink-<stack>-<service>`; an autoscaler has to own its number of tasks.

    It waits for `waits_for`, for the cluster's providers and for the network's ways out.
    """
    return ecs.Service(
        own.name("service"),
        name=explicit_name(own.stack, own.label),
        cluster=place.cluster.arn,
        task_definition=task.arn,
        desired_count=desired_count,
        capacity_provider_strategies=[
            ecs.ServiceCapacityProviderStrategyArgs(
                capacity_provider=item.provider, base=item.base, weight=item.weight
            )
            for item in place.strategy
        ],
        # Lets another strategy take effect in place; without it the service would be replaced.
        force_new_deployment=True,
        network_configuration=ecs.ServiceNetworkConfigurationArgs(
            subnets=place.network.task_subnet_ids,
            security_groups=[place.security_group_id],
            assign_public_ip=place.network.assign_public_ip,
        ),
        load_balancers=behind and [_load_balancer(own, behind)],
        health_check_grace_period_seconds=behind and HEALTH_CHECK_GRACE,
        deployment_minimum_healthy_percent=100,
        deployment_maximum_percent=200,
        deployment_circuit_breaker=ecs.ServiceDeploymentCircuitBreakerArgs(
            enable=True, rollback=True
        ),
        availability_zone_rebalancing="ENABLED",
        enable_execute_command=False,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        tags=own.tags("service"),
        opts=pulumi.ResourceOptions.merge(
            own.opts(*waits_for, place.cluster.capacity_providers, *place.network.ways_out),
            # The autoscaler owns the number of tasks from the first day on.
            pulumi.ResourceOptions(ignore_changes=["desiredCount"]),
        ),
    )


def _load_balancer(own: Owner, behind: Behind) -> ecs.ServiceLoadBalancerArgs:
    return ecs.ServiceLoadBalancerArgs(
        target_group_arn=behind.target_group_arn,
        container_name=own.label,
        container_port=behind.port,
    )
