"""What of a stack the guard moves, and the permissions it needs for that: on these things alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.common.child_factory import explicit_name, stack_tag
from components.common.iam import Statement
from components.functions.scheduled_function import Schedules


@dataclass(frozen=True)
class GuardedQueue:
    """The queue that the guard looks at every hour, and fills again after a stop."""

    url: pulumi.Input[str]
    arn: pulumi.Input[str]


@dataclass(frozen=True)
class GuardedCluster:
    """A cluster with services of the stack."""

    name: pulumi.Input[str]
    arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """`workers` are named as in the settings. `hub_index_arns` are of the table of videos.

    `fixed_costs` says how many there are of what costs by the month whatever runs, by the names of
    `app.budget_guard.stack_costs`.
    """

    queue: GuardedQueue
    clusters: Sequence[GuardedCluster]
    schedules: Sequence[Schedules]
    workers: Sequence[str]
    hub_table: pulumi.Input[str]
    hub_index_arns: Sequence[pulumi.Input[str]]
    report_bucket: pulumi.Input[str]
    report_bucket_arn: pulumi.Input[str]
    fixed_costs: Mapping[str, int]


def variables(guarded: Guarded, stack: str) -> dict[str, pulumi.Input[str]]:
    """What the guard's code reads of them."""
    schedules = [name for schedule in guarded.schedules for name in schedule.names]
    return {
        "QUEUE_URL": guarded.queue.url,
        "TABLE_NAME": guarded.hub_table,
        "CLUSTERS": _joined([cluster.name for cluster in guarded.clusters]),
        "SCHEDULES": _joined(schedules),
        "REPORT_BUCKET": guarded.report_bucket,
        "WORKERS": ",".join(explicit_name(stack, worker) for worker in guarded.workers),
        "STANDING": ",".join(
            f"{name}={number}" for name, number in guarded.fixed_costs.items() if number
        ),
    }


def permissions(guarded: Guarded, *, stack: str, region: str, account_id: str) -> list[Statement]:
    """Exactly what the guard's code calls, and of ECS and autoscaling what carries the tag.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    tagged = {"StringEquals": {"aws:ResourceTag/Stack": stack_tag(stack)}}
    region_and_account = f"{region}:{account_id}"
    clusters = [cluster.arn for cluster in guarded.clusters]
    services, tasks = (
        [
            pulumi.Output.concat(f"arn:aws:ecs:{region_and_account}:{kind}/", cluster.name, "/*")
            for cluster in guarded.clusters
        ]
        for kind in ("service", "task")
    )
    return [
        Statement(["sqs:GetQueueAttributes", "sqs:SendMessage"], [guarded.queue.arn]),
        Statement(["dynamodb:Query"], guarded.hub_index_arns),
        # These list a cluster's, and take no resource but this condition.
        Statement(
            ["ecs:ListServices", "ecs:ListTasks"], ["*"], {"ArnEquals": {"ecs:cluster": clusters}}
        ),
        Statement(["ecs:DescribeServices"], services),
        Statement(["ecs:UpdateService"], services, tagged),
        Statement(["ecs:DescribeTasks"], tasks),
        Statement(["ecs:DescribeClusters"], clusters),
        Statement(["ecs:UpdateCluster"], clusters, tagged),
        # These take no resource.
        Statement(
            ["application-autoscaling:DescribeScalableTargets", "ecs:DescribeTaskDefinition"], ["*"]
        ),
        Statement(
            ["application-autoscaling:RegisterScalableTarget"],
            [f"arn:aws:application-autoscaling:{region_and_account}:scalable-target/*"],
            tagged,
        ),
        *_on_schedules(guarded.schedules),
        Statement(["s3:GetObject"], _objects(guarded, "costs/*", "reports/*", "estimate.json")),
        Statement(["s3:PutObject"], _objects(guarded, "costs/*", "reports/*")),
    ]


def _objects(guarded: Guarded, *keys: str) -> list[pulumi.Output[str]]:
    return [pulumi.Output.concat(guarded.report_bucket_arn, "/", key) for key in keys]


def _on_schedules(schedules: Sequence[Schedules]) -> Iterator[Statement]:
    """An update names the schedule's role anew, and so passes it."""
    arns = [arn for schedule in schedules for arn in schedule.arns]
    if not arns:
        return
    yield Statement(["scheduler:GetSchedule", "scheduler:UpdateSchedule"], arns)
    yield Statement(
        ["iam:PassRole"],
        [schedule.role_arn for schedule in schedules],
        {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
    )


def _joined(names: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
    return pulumi.Output.all(*names).apply(",".join)
