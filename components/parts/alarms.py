"""CloudWatch alarms: what is watched as plain data, and the alarm it becomes.

An alarm is $0.10 a month for each metric in it, at the standard resolution; ten an account are
free. https://aws.amazon.com/cloudwatch/pricing/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.parts.names import explicit_name
from components.parts.owner import Owner

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
    own: Owner, alarm: Alarm, notice_topic_arn: pulumi.Input[str]
) -> cloudwatch.MetricAlarm:
    """The alarm `buylink-<stack>-<thing>`: it says when it rings, and when all is well again.

    Named, as a name is all that the subject of its e-mails tells. No data is no alarm: a service
    without requests has no latency.
    """
    sole = alarm.metrics[0] if len(alarm.metrics) == 1 else None
    by_percentile = sole is not None and sole.statistic.startswith("p")
    return cloudwatch.MetricAlarm(
        own.name(alarm.thing),
        name=explicit_name(own.stack, alarm.thing),
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
        tags=own.tags(alarm.thing),
        opts=own.opts(),
    )


def _sum(alarm: Alarm) -> list[cloudwatch.MetricAlarmMetricQueryArgs]:
    """The metrics, and their sum; one that has no data counts as 0, or the sum had none either."""
    ids = [f"m{place}" for place, _ in enumerate(alarm.metrics)]
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
