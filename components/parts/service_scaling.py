"""How many tasks a service behind a load balancer runs."""

from __future__ import annotations

import pulumi
from pulumi_aws import appautoscaling, ecs

from buylink.settings.services import HttpServiceSettings
from components.parts.owner import Owner

METRICS = {"requests": "ALBRequestCountPerTarget", "cpu": "ECSServiceAverageCPUUtilization"}
"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"""

SCALE_OUT_COOLDOWN = 60
SCALE_IN_COOLDOWN = 300
"""Seconds between two steps: quick to add tasks, slow to take them away."""


def add_scaling(
    own: Owner,
    *,
    cluster_name: pulumi.Input[str],
    service: ecs.Service,
    request_label: pulumi.Input[str],
    settings: HttpServiceSettings,
) -> appautoscaling.Target:
    """Scales between the bounds by requests and by CPU; the higher of the two counts.

    `request_label` names the target group as CloudWatch does:
    `app/<load balancer>/<id>/targetgroup/<target group>/<id>`.
    """
    target = appautoscaling.Target(
        own.name("scaling"),
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", cluster_name, "/", service.name),
        min_capacity=settings.min_tasks,
        max_capacity=settings.max_tasks,
        tags=own.tags("scaling"),
        opts=own.opts(),
    )
    _track(own, target, "requests", settings.requests_per_task, request_label)
    _track(own, target, "cpu", settings.cpu_target)
    for label, bounds in settings.schedule.items():
        appautoscaling.ScheduledAction(
            own.name(f"schedule-{label}"),
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=bounds.cron,
            scalable_target_action=appautoscaling.ScheduledActionScalableTargetActionArgs(
                min_capacity=bounds.min_tasks, max_capacity=bounds.max_tasks
            ),
            opts=own.opts(),
        )
    return target


def _track(
    own: Owner,
    target: appautoscaling.Target,
    thing: str,
    value: float,
    resource_label: pulumi.Input[str] | None = None,
) -> None:
    appautoscaling.Policy(
        own.name(f"scale-by-{thing}"),
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration={
            "predefined_metric_specification": {
                "predefined_metric_type": METRICS[thing],
                "resource_label": resource_label,
            },
            "target_value": value,
            "scale_in_cooldown": SCALE_IN_COOLDOWN,
            "scale_out_cooldown": SCALE_OUT_COOLDOWN,
        },
        opts=own.opts(),
    )
