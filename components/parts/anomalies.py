"""Cost Anomaly Detection for one stack."""

from __future__ import annotations

import json
from decimal import Decimal

import pulumi
from pulumi_aws import costexplorer

from components.parts.owner import Owner
from components.parts.stack_budget import stack_tag


def add_anomaly_monitor(
    own: Owner, *, threshold: Decimal, topic_arn: pulumi.Input[str]
) -> pulumi.Output[str]:
    """The ARN of a monitor of the stack's cost by its `Stack` tag, which tells the topic; free.

    Of the kind CUSTOM: AWS has but one monitor by service for a whole account.
    https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html
    """
    monitor = costexplorer.AnomalyMonitor(
        own.name("anomaly-monitor"),
        name=stack_tag(own.stack),
        monitor_type="CUSTOM",
        monitor_specification=_specification(own.stack),
        tags=own.tags("anomaly-monitor"),
        opts=own.opts(),
    )
    costexplorer.AnomalySubscription(
        own.name("anomaly-subscription"),
        name=stack_tag(own.stack),
        # At once, as topics take no other; addresses would hear daily or weekly only.
        frequency="IMMEDIATE",
        monitor_arn_lists=[monitor.arn],
        subscribers=[costexplorer.AnomalySubscriptionSubscriberArgs(type="SNS", address=topic_arn)],
        threshold_expression=costexplorer.AnomalySubscriptionThresholdExpressionArgs(
            dimension=costexplorer.AnomalySubscriptionThresholdExpressionDimensionArgs(
                key="ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                match_options=["GREATER_THAN_OR_EQUAL"],
                values=[f"{threshold:f}"],
            )
        ),
        tags=own.tags("anomaly-subscription"),
        opts=own.opts(),
    )
    return monitor.arn


def _specification(stack: str) -> str:
    """The provider compares this with what it reads back, nulls and all, and a difference replaces
    the monitor: so they are written. https://www.pulumi.com/registry/packages/aws/api-docs/costexplorer/anomalymonitor/
    """
    unused = dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or"))
    tag = {"Key": "Stack", "MatchOptions": None, "Values": [stack_tag(stack)]}
    return json.dumps({**unused, "Tags": tag})
