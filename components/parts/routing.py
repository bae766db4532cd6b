"""How requests find a service: its target group and its rule on the load balancer's listener."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import lb

from buylink.settings.services import HttpServiceSettings
from components.parts.names import TARGET_GROUP_NAME, auto_nameable
from components.parts.owner import Owner
from components.parts.task import DEREGISTRATION_DELAY

LAST_PRIORITY = 50_000
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""

EVERYTHING = "/*"
API = "/v1/*"
"""Where every API is, that of the service without paths too."""


def rule_priorities(services: dict[str, HttpServiceSettings]) -> dict[str, int]:
    """A listener priority for each service, in their order; the one without paths comes last."""
    with_paths = [name for name, service in services.items() if service.paths]
    ordered = {name: 10 * place for place, name in enumerate(with_paths, start=1)}
    return {name: ordered.get(name, LAST_PRIORITY) for name in services}


def uncached_paths(services: Mapping[str, HttpServiceSettings]) -> list[str]:
    """The path patterns whose answers the edge never keeps: the APIs', and the services' own."""
    own = (path for service in services.values() for path in service.paths)
    return [API, *(path for path in own if not path.startswith(API.removesuffix("*")))]


def add_target_group(
    own: Owner, vpc_id: pulumi.Input[str], settings: HttpServiceSettings
) -> lb.TargetGroup:
    """Tasks by their own address, healthy as long as they answer 200."""
    return lb.TargetGroup(
        auto_nameable(own.name("tg"), TARGET_GROUP_NAME),
        vpc_id=vpc_id,
        target_type="ip",
        protocol="HTTP",
        port=settings.port,
        deregistration_delay=DEREGISTRATION_DELAY,
        health_check=lb.TargetGroupHealthCheckArgs(
            path=settings.health_check_path,
            matcher="200",
            interval=15,
            timeout=5,
            healthy_threshold=2,
            unhealthy_threshold=3,
        ),
        tags=own.tags("target-group"),
        opts=own.opts(),
    )


def add_listener_rule(
    own: Owner,
    *,
    listener_arn: pulumi.Input[str],
    target_group: lb.TargetGroup,
    priority: int,
    paths: tuple[str, ...],
) -> lb.ListenerRule:
    """Forwards `paths`, or everything when there are none."""
    return lb.ListenerRule(
        own.name("rule"),
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
        tags=own.tags("rule"),
        opts=own.opts(),
    )
