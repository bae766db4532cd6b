"""An HTTP service on Fargate, behind the load balancer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, lb

from components.common.child_factory import TARGET_GROUP_NAME, ChildFactory, auto_nameable
from components.network.load_balancer import LoadBalancer
from components.network.network import Network
from components.network.security_rules import Peer, allow_in, allow_out
from components.services.ecs_service import (
    DEREGISTRATION_DELAY,
    Placement,
    Runtime,
    StrategyItem,
    TargetGroupBinding,
    add_ecs_service,
    add_service_task,
    add_task_security_group,
    allow_task,
    container_environment,
)
from components.services.scaling import RequestScaling, add_scaling
from components.services.service_cluster import ServiceCluster


@dataclass(frozen=True, kw_only=True)
class FargateServiceArgs:
    """What a FargateService is made from.

    `service` is its name. `priority` orders the listener's rules, lowest first; without `paths` it
    gets the rest. Its container answers on the TCP `port`.
    """

    stack: str
    service: str
    priority: int
    network: Network
    cluster: ServiceCluster
    load_balancer: LoadBalancer
    runtime: Runtime
    port: int
    health_check_path: str
    paths: Sequence[str]
    strategy: Sequence[StrategyItem]
    scaling: RequestScaling


class FargateService(pulumi.ComponentResource):
    """The ECS service `buylink-<stack>-<service>`, and all that is its own.

    - a task definition, a log group, an execution role and a task role, without a policy where its
      code has no permissions
    - a security group: in from the load balancer, out over HTTPS
    - a target group and the listener rule for its paths; without paths it gets the rest
    - scaling by requests, by CPU and by the clock
    """

    service_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    task_role_name: pulumi.Output[str]
    target_group_suffix: pulumi.Output[str]
    """The target group as CloudWatch names it: `targetgroup/<name>/<id>`."""

    def __init__(
        self, name: str, args: FargateServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        runtime, port = args.runtime, args.port
        ours = {**runtime.environment, "AWS_REGION": runtime.region, "PORT": str(port)}
        environment = container_environment(runtime.variables, args.stack, ours)
        # Plain beside the container definitions, which are one unknown text until the image is
        # pushed: a policy can read this list in a first preview.
        props: pulumi.Inputs = {"containerEnvironment": environment}
        super().__init__("buylink:fargate_service:FargateService", name, props, opts)
        child = ChildFactory(self, args.stack, args.service)
        task = add_service_task(child, runtime, environment, port=port)
        may = runtime.statements
        permissions = [allow_task(child, task.role, may)] if may else []
        group = _add_security_group(child, args)
        target_group = add_target_group(child, args)
        rule = add_listener_rule(
            child,
            listener_arn=args.load_balancer.listener_arn,
            target_group=target_group,
            priority=args.priority,
            paths=args.paths,
        )
        service = add_ecs_service(
            child,
            Placement(
                cluster=args.cluster,
                network=args.network,
                security_group_id=group.id,
                strategy=args.strategy,
            ),
            task.definition,
            desired_count=args.scaling.min_tasks,
            waits_for=[rule, task.execution_policy, *permissions],
            target_group=TargetGroupBinding(target_group_arn=target_group.arn, port=port),
        )
        add_scaling(
            child,
            cluster_name=args.cluster.name,
            service=service,
            request_label=pulumi.Output.concat(
                args.load_balancer.arn_suffix, "/", target_group.arn_suffix
            ),
            scaling=args.scaling,
        )
        self.service_name = service.name
        self.log_group_name = task.logs.name
        self.security_group_id = group.id
        self.task_role_name = task.role.name
        self.target_group_suffix = target_group.arn_suffix
        self.register_outputs(
            {
                "containerEnvironment": environment,
                "serviceName": self.service_name,
                "logGroupName": self.log_group_name,
                "securityGroupId": self.security_group_id,
                "taskRoleName": self.task_role_name,
            }
        )


def _add_security_group(child: ChildFactory, args: FargateServiceArgs) -> ec2.SecurityGroup:
    group = add_task_security_group(
        child, args.network.vpc_id, f"{args.service}: from the load balancer, out over HTTPS"
    )
    balancer = Peer(security_group_id=args.load_balancer.security_group_id)
    allow_in(
        child,
        "from-load-balancer",
        group.id,
        args.port,
        balancer,
        "Requests from the load balancer",
    )
    allow_out(
        child,
        "load-balancer-to-service",
        args.load_balancer.security_group_id,
        args.port,
        Peer(security_group_id=group.id),
        f"Requests to {args.service}",
    )
    return group


EVERYTHING = "/*"


def add_target_group(child: ChildFactory, args: FargateServiceArgs) -> lb.TargetGroup:
    """Tasks by their own address, healthy as long as they answer 200."""
    return lb.TargetGroup(
        auto_nameable(child.name("tg"), TARGET_GROUP_NAME),
        vpc_id=args.network.vpc_id,
        target_type="ip",
        protocol="HTTP",
        port=args.port,
        deregistration_delay=DEREGISTRATION_DELAY,
        health_check=lb.TargetGroupHealthCheckArgs(
            path=args.health_check_path,
            matcher="200",
            interval=15,
            timeout=5,
            healthy_threshold=2,
            unhealthy_threshold=3,
        ),
        tags=child.tags("target-group"),
        opts=child.opts(),
    )


def add_listener_rule(
    child: ChildFactory,
    *,
    listener_arn: pulumi.Input[str],
    target_group: lb.TargetGroup,
    priority: int,
    paths: Sequence[str],
) -> lb.ListenerRule:
    """Forwards `paths`, or everything when there are none."""
    return lb.ListenerRule(
        child.name("rule"),
        listener_arn=listener_arn,
        priority=priority,
        conditions=[
            lb.ListenerRuleConditionArgs(
                path_pattern=lb.ListenerRuleConditionPathPatternArgs(
                    values=list(paths) or [EVERYTHING]
                )
            )
        ],
        actions=[lb.ListenerRuleActionArgs(type="forward", target_group_arn=target_group.arn)],
        tags=child.tags("rule"),
        opts=child.opts(),
    )
