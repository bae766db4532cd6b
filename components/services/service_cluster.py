"""ECS clusters: what services share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import ecs

from components.common.child_factory import ChildFactory, explicit_name

CAPACITY_PROVIDERS = ("FARGATE", "FARGATE_SPOT")

Insights = Literal["disabled", "enabled", "enhanced"]
"""Values of an ECS cluster's `containerInsights` setting."""


@dataclass(frozen=True, kw_only=True)
class ServiceClusterArgs:
    """What a ServiceCluster is made from; `label` ends its name."""

    stack: str
    label: str
    container_insights: Insights


class ServiceCluster(pulumi.ComponentResource):
    """The cluster `buylink-<stack>-<label>`.

    - Fargate on demand and Fargate Spot; what names no strategy of its own runs on Spot
    - Container Insights: their price is for each task that runs or starts, so that tasks which come
      and go are dearer than ones that stay
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    capacity_providers: ecs.ClusterCapacityProviders
    """Services wait for it: a strategy may name only providers the cluster already has."""

    def __init__(
        self, name: str, args: ServiceClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {"containerInsights": args.container_insights}
        super().__init__("buylink:service_cluster:ServiceCluster", name, props, opts)
        child = ChildFactory(self, args.stack, args.label)
        cluster = ecs.Cluster(
            child.name("ecs"),
            name=explicit_name(args.stack, args.label),
            settings=[
                ecs.ClusterSettingArgs(name="containerInsights", value=args.container_insights)
            ],
            tags=child.tags("ecs"),
            opts=child.opts(),
        )
        self.capacity_providers = ecs.ClusterCapacityProviders(
            child.name("capacity-providers"),
            cluster_name=cluster.name,
            capacity_providers=list(CAPACITY_PROVIDERS),
            default_capacity_provider_strategies=[
                ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider="FARGATE_SPOT", weight=1
                )
            ],
            opts=child.opts(),
        )
        self.name = cluster.name
        self.arn = cluster.arn
        self.register_outputs({"clusterName": self.name, "clusterArn": self.arn})
