"""CloudWatch alarms: what is watched, and which alarms that needs.

An alarm is $0.10 a month for each metric in it, at the standard resolution; ten an account are
free. https://aws.amazon.com/cloudwatch/pricing/

Every description says what happened and what to do, as it is all that an e-mail holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pulumi
from pulumi_aws import cloudwatch

from components.common.child_factory import ChildFactory, explicit_name

MINUTE = 60
FIVE_MINUTES = 300
SIX_HOURS = 21_600
"""Periods, in seconds."""

LONGEST_FORMULA = 10
"""Metrics in an alarm.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"""

Dimensions = Mapping[str, pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A CloudWatch metric; `statistic` is `Sum`, `Maximum` or a percentile such as `p95`."""

    namespace: str
    name: str
    statistic: str
    dimensions: Dimensions


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Rings when the sum of `metrics` is above `threshold` in `datapoints` of `out_of` periods.

    `period` is in seconds. `description` says what happened, and what to do.
    """

    thing: str
    description: str
    metrics: tuple[Metric, ...]
    threshold: float
    period: int
    datapoints: int = 1
    out_of: int = 1


def add_alarm(
    child: ChildFactory, alarm: Alarm, notice_topic_arn: pulumi.Input[str]
) -> cloudwatch.MetricAlarm:
    """The alarm `buylink-<stack>-<thing>`: it says when it rings, and when all is well again.

    Named, as a name is all that the subject of its e-mails tells. No data is no alarm: a service
    without requests has no latency.
    """
    sole = alarm.metrics[0] if len(alarm.metrics) == 1 else None
    by_percentile = sole is not None and sole.statistic.startswith("p")
    return cloudwatch.MetricAlarm(
        child.name(alarm.thing),
        name=explicit_name(child.stack, alarm.thing),
        alarm_description=alarm.description,
        namespace=sole and sole.namespace,
        metric_name=sole and sole.name,
        dimensions=sole and dict(sole.dimensions),
        period=sole and alarm.period,
        statistic=sole.statistic if sole and not by_percentile else None,
        extended_statistic=sole.statistic if sole and by_percentile else None,
        # The percentile of three requests tells nothing.
        evaluate_low_sample_count_percentiles="ignore" if by_percentile else None,
        metric_queries=None if sole else _sum(alarm),
        comparison_operator="GreaterThanThreshold",
        threshold=alarm.threshold,
        evaluation_periods=alarm.out_of,
        datapoints_to_alarm=alarm.datapoints,
        treat_missing_data="notBreaching",
        alarm_actions=[notice_topic_arn],
        ok_actions=[notice_topic_arn],
        tags=child.tags(alarm.thing),
        opts=child.opts(),
    )


def _sum(alarm: Alarm) -> list[cloudwatch.MetricAlarmMetricQueryArgs]:
    """The metrics, and their sum; one that has no data counts as 0, or the sum had none either."""
    ids = [f"m{index}" for index, _ in enumerate(alarm.metrics)]
    parts = [
        cloudwatch.MetricAlarmMetricQueryArgs(
            id=id_,
            return_data=False,
            metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions),
                period=alarm.period,
                stat=metric.statistic,
            ),
        )
        for id_, metric in zip(ids, alarm.metrics, strict=True)
    ]
    total = cloudwatch.MetricAlarmMetricQueryArgs(
        id="total",
        label=alarm.thing,
        expression=" + ".join(f"FILL({id_}, 0)" for id_ in ids),
        return_data=True,
    )
    return [*parts, total]


LOAD_BALANCER = "AWS/ApplicationELB"
QUEUE = "AWS/SQS"
TABLE = "AWS/DynamoDB"
THROTTLES = ("ReadThrottleEvents", "WriteThrottleEvents")


@dataclass(frozen=True, kw_only=True)
class WatchedService:
    """An ECS service; `label` is its name in the settings, `name` the one in AWS.

    `target_group_suffix` is the target group as CloudWatch names it, `targetgroup/<name>/<id>`;
    a service behind no load balancer has none, and no alarms of its own.
    """

    label: str
    name: pulumi.Input[str]
    cluster_name: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class WatchedQueue:
    """A queue and its dead-letter queue; `acceptable_age` is in seconds."""

    label: str
    name: pulumi.Input[str]
    dead_letter_name: pulumi.Input[str]
    acceptable_age: int


@dataclass(frozen=True, kw_only=True)
class WatchedTable:
    """A table, and the names of its indexes: CloudWatch counts their throttles apart."""

    label: str
    name: pulumi.Input[str]
    indexes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WatchedFunction:
    """A Lambda function."""

    label: str
    name: pulumi.Input[str]


MOST_FAILED = 5
"""Failed requests in five minutes that are let pass: a task that Spot takes can fail a few."""
SLOW = 1.0
"""Seconds that 95 of 100 requests stay under."""
ACCOUNT_PERCENTS = (80, 100)


def service_alarms(
    service: WatchedService, load_balancer_suffix: pulumi.Input[str]
) -> Sequence[Alarm]:
    """Errors, latency and health of a service behind the load balancer; none without."""
    if service.target_group_suffix is None:
        return ()
    label = service.label
    dimensions = {
        "LoadBalancer": load_balancer_suffix,
        "TargetGroup": service.target_group_suffix,
    }
    return (
        Alarm(
            thing=f"{label}-5xx",
            description=f"{label} failed more than {MOST_FAILED} requests in five minutes. Look "
            "for level error in its log group. If it began with a deployment, deploy the digest "
            "before it; if a table or queue refuses calls, see that alarm first.",
            metrics=_metric(LOAD_BALANCER, "HTTPCode_Target_5XX_Count", "Sum", dimensions),
            threshold=MOST_FAILED,
            period=FIVE_MINUTES,
        ),
        Alarm(
            thing=f"{label}-latency",
            description=f"Of 100 requests to {label}, 5 took longer than {SLOW:g} s, for 15 "
            "minutes. See whether all its tasks are busy: then raise maxTasks, or lower "
            "requestsPerTask so that more are added sooner. If they idle, what it waits for is "
            "slow: a table, the queue, TikTok.",
            metrics=_metric(LOAD_BALANCER, "TargetResponseTime", "p95", dimensions),
            threshold=SLOW,
            period=FIVE_MINUTES,
            datapoints=3,
            out_of=3,
        ),
        Alarm(
            thing=f"{label}-unhealthy",
            description=f"Tasks of {label} have failed their health check for five minutes. Read "
            "the service's events and the stopped tasks' reasons in ECS, then its log group. "
            "Out of memory: raise memory. No image or secret: the event names it.",
            metrics=_metric(LOAD_BALANCER, "UnHealthyHostCount", "Maximum", dimensions),
            threshold=0,
            period=MINUTE,
            datapoints=5,
            out_of=5,
        ),
    )


def queue_alarms(queue: WatchedQueue) -> Sequence[Alarm]:
    """Messages that wait for too long, and messages that were given up."""
    label = queue.label
    return (
        Alarm(
            thing=f"{label}-queue-age",
            description=f"A message has waited in the queue of {label} for more than "
            f"{queue.acceptable_age} s, its acceptableLatency. See whether the worker runs: none "
            "at all means no capacity, or that the budget guard stopped it. As many as maxTasks: "
            "raise it, or accept the wait. Messages that come back again and again fail: read its "
            "log.",
            metrics=_metric(
                QUEUE, "ApproximateAgeOfOldestMessage", "Maximum", {"QueueName": queue.name}
            ),
            threshold=queue.acceptable_age,
            period=FIVE_MINUTES,
            datapoints=2,
            out_of=2,
        ),
        Alarm(
            thing=f"{label}-dead-letters",
            description=f"Messages of {label} failed so often that they were put aside. Look for "
            "their ids in its log, correct the cause, deploy, then start a redrive of the "
            "dead-letter queue: they are lost when their retention ends.",
            metrics=_metric(
                QUEUE,
                "ApproximateNumberOfMessagesVisible",
                "Maximum",
                {"QueueName": queue.dead_letter_name},
            ),
            threshold=0,
            period=FIVE_MINUTES,
        ),
    )


def table_alarms(table: WatchedTable) -> Sequence[Alarm]:
    """Reads and writes that the table, or one of its indexes, refuses to take so fast.

    Raises ValueError for more indexes than one alarm can hold.
    """
    metrics = tuple(
        Metric(namespace=TABLE, name=name, statistic="Sum", dimensions=dimensions)
        for dimensions in (
            {"TableName": table.name},
            *(
                {"TableName": table.name, "GlobalSecondaryIndexName": index}
                for index in table.indexes
            ),
        )
        for name in THROTTLES
    )
    if len(metrics) > LONGEST_FORMULA:
        most = LONGEST_FORMULA // len(THROTTLES) - 1
        raise ValueError(
            f"table {table.label}: expected at most {most} indexes to watch, got "
            f"{len(table.indexes)}: an alarm holds {LONGEST_FORMULA} metrics; watch the busiest"
        )
    return (
        Alarm(
            thing=f"{table.label}-throttles",
            description=f"DynamoDB has been refusing reads or writes of {table.label} for ten "
            "minutes. A table on demand takes twice its last peak at once, and more when the load "
            "grows slower: spread the burst. If the table's load is small, one key is hot: see "
            "which partition key the calls share.",
            metrics=metrics,
            threshold=0,
            period=FIVE_MINUTES,
            datapoints=2,
            out_of=3,
        ),
    )


def function_alarms(function: WatchedFunction) -> Sequence[Alarm]:
    """Runs that ended in an error or in their timeout."""
    return (
        Alarm(
            thing=f"{function.label}-errors",
            description=f"A run of {function.label} failed. It is tried again; look for level "
            "error in its log group. What failed to the last is in its dead-letter queue: correct "
            "the cause, deploy, and invoke it with the event from there.",
            metrics=_metric("AWS/Lambda", "Errors", "Sum", {"FunctionName": function.name}),
            threshold=0,
            period=FIVE_MINUTES,
        ),
    )


def account_alarms(limit: Decimal) -> Sequence[Alarm]:
    """The whole account's charges so far this month, in USD.

    They exist in us-east-1 alone, know no tags, and come a few times a day once billing alerts are
    turned on in the account that pays.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
    """
    return tuple(
        Alarm(
            thing=f"account-{percent}-percent",
            description=f"The whole account's charges of this month are above {percent} % of the "
            f"{limit:f} USD that it may cost, buylink's stacks and all else. In Cost Explorer, "
            "group the month by service, then by the tag Stack: what has no tag isn't of these "
            "stacks, and no guard of theirs stops it.",
            metrics=_metric("AWS/Billing", "EstimatedCharges", "Maximum", {"Currency": "USD"}),
            threshold=float(limit * percent / 100),
            period=SIX_HOURS,
        )
        for percent in ACCOUNT_PERCENTS
    )


def _metric(namespace: str, name: str, statistic: str, dimensions: Dimensions) -> tuple[Metric]:
    return (Metric(namespace=namespace, name=name, statistic=statistic, dimensions=dimensions),)
