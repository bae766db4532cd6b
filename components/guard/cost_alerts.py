"""Who is told of a stack's costs: its budget, its anomaly monitor, and the topics they publish to.

The topics are not encrypted with a key of KMS: Budgets and CloudWatch can't publish to a topic that
has the key AWS manages, and a key of ours is $1 a month for texts that go out as plain e-mail.
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pulumi
from pulumi_aws import budgets, costexplorer, sns

from components.common.child_factory import ChildFactory, stack_tag


def add_budget(
    child: ChildFactory,
    *,
    limit: Decimal,
    alert_percents: Sequence[int],
    topic_arn: pulumi.Input[str],
    addresses: Sequence[str],
) -> budgets.Budget:
    """A monthly cost budget in USD for what carries the stack's tag; it can be seen, not enforced.

    It tells the topic, and each address, at each share of the limit. A budget without actions of
    its own is free. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
    """
    return budgets.Budget(
        child.name("budget"),
        name=stack_tag(child.stack),
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=f"{limit:f}",
        limit_unit="USD",
        cost_filters=[
            budgets.BudgetCostFilterArgs(
                name="TagKeyValue", values=[f"user:Stack${stack_tag(child.stack)}"]
            )
        ],
        notifications=[
            budgets.BudgetNotificationArgs(
                notification_type="ACTUAL",
                comparison_operator="GREATER_THAN",
                threshold=percent,
                threshold_type="PERCENTAGE",
                subscriber_sns_topic_arns=[topic_arn],
                subscriber_email_addresses=list(addresses) or None,
            )
            for percent in alert_percents
        ],
        tags=child.tags("budget"),
        opts=child.opts(),
    )


def add_anomaly_monitor(
    child: ChildFactory, *, threshold: Decimal, topic_arn: pulumi.Input[str]
) -> pulumi.Output[str]:
    """The ARN of a monitor of the stack's cost by its `Stack` tag, which tells the topic; free.

    Of the kind CUSTOM: AWS has but one monitor by service for a whole account.
    https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html
    """
    monitor = costexplorer.AnomalyMonitor(
        child.name("anomaly-monitor"),
        name=stack_tag(child.stack),
        monitor_type="CUSTOM",
        monitor_specification=_specification(child.stack),
        tags=child.tags("anomaly-monitor"),
        opts=child.opts(),
    )
    costexplorer.AnomalySubscription(
        child.name("anomaly-subscription"),
        name=stack_tag(child.stack),
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
        tags=child.tags("anomaly-subscription"),
        opts=child.opts(),
    )
    return monitor.arn


def _specification(stack: str) -> str:
    """The provider compares this with what it reads back, nulls and all, and a difference replaces
    the monitor: so they are written. https://www.pulumi.com/registry/packages/aws/api-docs/costexplorer/anomalymonitor/
    """
    unused = dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or"))
    tag = {"Key": "Stack", "MatchOptions": None, "Values": [stack_tag(stack)]}
    return json.dumps({**unused, "Tags": tag})


PUBLISH = "sns:Publish"


@dataclass(frozen=True)
class Publisher:
    """An AWS service that may publish; `sources` is the pattern of ARNs it may do so for."""

    service: str
    sources: str | None = None


def add_topic(
    child: ChildFactory, thing: str, *, account_id: str, publishers: Sequence[Publisher]
) -> pulumi.Output[str]:
    """A topic for `publishers`, each on behalf of this account alone, over TLS alone.

    Returns its ARN, which is known once its policy is in place: Budgets and Cost Explorer refuse a
    topic that they may not publish to yet. Whoever else may publish has it in its own role.
    """
    topic = sns.Topic(
        child.name(thing),
        # The sender's name in e-mails, which show little else of where they come from.
        display_name=f"Buylink {child.stack}",
        tags=child.tags(thing),
        opts=child.opts(),
    )
    policy = sns.TopicPolicy(
        child.name(f"{thing}-policy"),
        arn=topic.arn,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    *(_allow(topic.arn, account_id, publisher) for publisher in publishers),
                    _deny_without_tls(topic.arn),
                ],
            }
        ),
        opts=child.opts(),
    )
    return pulumi.Output.all(topic.arn, policy.id).apply(lambda known: str(known[0]))


def subscribe_addresses(
    child: ChildFactory, thing: str, topic_arn: pulumi.Input[str], addresses: Sequence[str]
) -> None:
    """Sends what a topic gets to e-mail addresses; each must confirm, by the link AWS sends it."""
    for address in addresses:
        sns.TopicSubscription(
            child.name(f"{thing}-{address}"),
            topic=topic_arn,
            protocol="email",
            endpoint=address,
            opts=child.opts(),
        )


def _allow(
    topic_arn: pulumi.Input[str], account_id: str, publisher: Publisher
) -> dict[str, object]:
    sources = {} if publisher.sources is None else {"aws:SourceArn": publisher.sources}
    return {
        "Effect": "Allow",
        "Principal": {"Service": publisher.service},
        "Action": PUBLISH,
        "Resource": topic_arn,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account_id},
            **({"ArnLike": sources} if sources else {}),
        },
    }


def _deny_without_tls(topic_arn: pulumi.Input[str]) -> dict[str, object]:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": PUBLISH,
        "Resource": topic_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
