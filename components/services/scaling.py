"""How many tasks a service runs: by requests and CPU, or by the backlog of a queue.

A worker has two policies: one sets the tasks that a backlog needs, another sets none once nothing
is left. They never disagree: the first acts on a count of one or more, the second on zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pulumi
from pulumi_aws import appautoscaling, cloudwatch, ecs

from components.common.child_factory import ChildFactory
from components.services.backlog import Step, backlog_steps, most_tasks

METRICS = {"requests": "ALBRequestCountPerTarget", "cpu": "ECSServiceAverageCPUUtilization"}
"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"""

SCALE_OUT_COOLDOWN = 60  # seconds
SCALE_IN_COOLDOWN = 300  # 5 minutes in seconds
"""Between two steps: quick to add tasks, slow to take them away."""


@dataclass(frozen=True, kw_only=True)
class ScheduledBounds:
    """Other bounds from the times on that `cron` says, in UTC."""

    cron: str
    min_tasks: int
    max_tasks: int


@dataclass(frozen=True, kw_only=True)
class RequestScaling:
    """Bounds of an HTTP service's tasks, also at certain times (`schedule`, by name).

    Between them the autoscaler aims at `requests_per_task`, a minute and task, and at a mean CPU of
    `cpu_target` percent.
    """

    min_tasks: int
    max_tasks: int
    requests_per_task: int
    cpu_target: int
    schedule: Mapping[str, ScheduledBounds]


def add_scaling(
    child: ChildFactory,
    *,
    cluster_name: pulumi.Input[str],
    service: ecs.Service,
    request_label: pulumi.Input[str],
    scaling: RequestScaling,
) -> appautoscaling.Target:
    """Scales between the bounds by requests and by CPU; the higher of the two counts.

    `request_label` names the target group as CloudWatch does:
    `app/<load balancer>/<id>/targetgroup/<target group>/<id>`.
    """
    target = _add_target(child, cluster_name, service, scaling.min_tasks, scaling.max_tasks)
    _track(child, target, "requests", scaling.requests_per_task, request_label)
    _track(child, target, "cpu", scaling.cpu_target)
    for label, bounds in scaling.schedule.items():
        appautoscaling.ScheduledAction(
            child.name(f"schedule-{label}"),
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=bounds.cron,
            scalable_target_action=appautoscaling.ScheduledActionScalableTargetActionArgs(
                min_capacity=bounds.min_tasks, max_capacity=bounds.max_tasks
            ),
            opts=child.opts(),
        )
    return target


def _add_target(
    child: ChildFactory,
    cluster_name: pulumi.Input[str],
    service: ecs.Service,
    min_tasks: int,
    max_tasks: int,
) -> appautoscaling.Target:
    """What policies scale: the service's number of tasks."""
    return appautoscaling.Target(
        child.name("scaling"),
        service_namespace="ecs",
        scalable_dimension="ecs:service:DesiredCount",
        resource_id=pulumi.Output.concat("service/", cluster_name, "/", service.name),
        min_capacity=min_tasks,
        max_capacity=max_tasks,
        tags=child.tags("scaling"),
        opts=child.opts(),
    )


def _track(
    child: ChildFactory,
    target: appautoscaling.Target,
    thing: str,
    value: float,
    resource_label: pulumi.Input[str] | None = None,
) -> None:
    appautoscaling.Policy(
        child.name(f"scale-by-{thing}"),
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
        opts=child.opts(),
    )


PERIOD: Final = 60  # seconds
"""SQS publishes its counts once a minute, so that a shorter period would find gaps.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html"""

IDLE_MINUTES: Final = 5
"""Without work, before the last task goes: counts are approximate, and a task takes a minute to
start again."""

COOLDOWN: Final = 120  # 2 minutes in seconds
"""Between two steps down: a count is up to two minutes old when it is acted upon."""

BACKLOG: Final = "visible + FILL(in_flight, 0)"
"""SQS reports messages in flight only while there are some, so that a plain sum would have no value
in just the minute that wakes the worker. The visible ones stay unfilled: their newest minute is
always missing yet, and filled with 0 it would hide the backlog for good.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html"""

_METRICS: Final = {
    "visible": "ApproximateNumberOfMessagesVisible",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
}


@dataclass(frozen=True, kw_only=True)
class BacklogScaling:
    """Bounds of a worker's tasks, and how many a backlog needs.

    A task works `seconds_per_message`, and a message may wait `acceptable_latency` seconds. All
    tasks together take at most `max_messages_per_second`.
    """

    min_tasks: int
    max_tasks: int
    seconds_per_message: int
    acceptable_latency: int
    max_messages_per_second: Decimal | None

    @property
    def most_tasks(self) -> int:
        """`max_tasks`, or fewer where so many would take more messages a second."""
        return most_tasks(self.max_tasks, self.seconds_per_message, self.max_messages_per_second)


def add_queue_scaling(
    child: ChildFactory,
    *,
    cluster_name: pulumi.Input[str],
    service: ecs.Service,
    queue_name: pulumi.Input[str],
    scaling: BacklogScaling,
) -> appautoscaling.Target:
    """Scales a worker from zero to `most_tasks` by the messages that wait and that are in work.

    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
    """
    max_tasks = scaling.most_tasks
    min_tasks = min(scaling.min_tasks, max_tasks)
    target = _add_target(child, cluster_name, service, min_tasks, max_tasks)
    steps = backlog_steps(
        seconds_per_message=scaling.seconds_per_message,
        acceptable_latency=scaling.acceptable_latency,
        max_tasks=max_tasks,
    )
    by_backlog = _add_policy(child, "scale-by-backlog", target, _adjustments(steps), COOLDOWN)
    _add_alarm(child, "backlog-alarm", by_backlog, queue_name, works=True)
    nothing = [
        appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs(
            scaling_adjustment=0, metric_interval_upper_bound="0"
        )
    ]
    to_zero = _add_policy(child, "scale-to-zero", target, nothing, PERIOD)
    _add_alarm(child, "idle-alarm", to_zero, queue_name, works=False)
    return target


def _adjustments(
    steps: Sequence[Step],
) -> list[appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs]:
    """Bounds count from the alarm's threshold, which is one message."""
    return [
        appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs(
            scaling_adjustment=step.tasks,
            metric_interval_lower_bound=str(step.at_least - 1),
            metric_interval_upper_bound=None if step.below is None else str(step.below - 1),
        )
        for step in steps
    ]


def _add_policy(
    child: ChildFactory,
    thing: str,
    target: appautoscaling.Target,
    steps: list[appautoscaling.PolicyStepScalingPolicyConfigurationStepAdjustmentArgs],
    cooldown: int,
) -> appautoscaling.Policy:
    return appautoscaling.Policy(
        child.name(thing),
        policy_type="StepScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        step_scaling_policy_configuration=appautoscaling.PolicyStepScalingPolicyConfigurationArgs(
            adjustment_type="ExactCapacity",
            cooldown=cooldown,
            metric_aggregation_type="Maximum",
            step_adjustments=steps,
        ),
        opts=child.opts(),
    )


def _add_alarm(
    child: ChildFactory,
    thing: str,
    policy: appautoscaling.Policy,
    queue_name: pulumi.Input[str],
    *,
    works: bool,
) -> cloudwatch.MetricAlarm:
    """The alarm on work, or on none. A queue that nobody has touched for six hours has no counts:
    that is no work, and no reason to stop what runs, so that neither alarm changes its mind.

    In ALARM it calls its policy again each minute, with the newest count.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    description = (
        f"{child.label}: messages wait or are in work. Sets its tasks by their number; no one has "
        "to act."
        if works
        else f"{child.label}: no message for {IDLE_MINUTES} minutes. Sets its tasks to the "
        "minimum; no one has to act."
    )
    minutes = 1 if works else IDLE_MINUTES
    return cloudwatch.MetricAlarm(
        child.name(thing),
        alarm_description=description,
        comparison_operator=(
            "GreaterThanOrEqualToThreshold" if works else "LessThanOrEqualToThreshold"
        ),
        threshold=1 if works else 0,
        evaluation_periods=minutes,
        datapoints_to_alarm=minutes,
        treat_missing_data="notBreaching" if works else "ignore",
        metric_queries=[
            cloudwatch.MetricAlarmMetricQueryArgs(
                id="backlog", expression=BACKLOG, label="Backlog", return_data=True
            ),
            *(_metric(key, name, queue_name) for key, name in _METRICS.items()),
        ],
        alarm_actions=[policy.arn],
        tags=child.tags(thing),
        opts=child.opts(),
    )


def _metric(
    key: str, name: str, queue_name: pulumi.Input[str]
) -> cloudwatch.MetricAlarmMetricQueryArgs:
    return cloudwatch.MetricAlarmMetricQueryArgs(
        id=key,
        metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace="AWS/SQS",
            metric_name=name,
            period=PERIOD,
            stat="Maximum",
            dimensions={"QueueName": queue_name},
        ),
        return_data=False,
    )
