"""What a stack may cost in a month, as AWS Budgets holds it."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import budgets

from buylink.settings.operations import BudgetSettings
from components.parts.owner import Owner
from components.parts.tags import tags


def stack_tag(stack: str) -> str:
    """The value of the `Stack` tag; also the budget's name, as both are one of a kind."""
    return tags(stack, "")["Stack"]


def add_budget(
    own: Owner, settings: BudgetSettings, *, topic_arn: pulumi.Input[str], addresses: Sequence[str]
) -> budgets.Budget:
    """A monthly cost budget in USD for what carries the stack's tag; it can be seen, not enforced.

    It tells the topic, and each address, at each share of the limit. A budget without actions of
    its own is free. https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
    """
    return budgets.Budget(
        own.name("budget"),
        name=stack_tag(own.stack),
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=f"{settings.limit:f}",
        limit_unit="USD",
        cost_filters=[
            budgets.BudgetCostFilterArgs(
                name="TagKeyValue", values=[f"user:Stack${stack_tag(own.stack)}"]
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
            for percent in settings.alert_percents
        ],
        tags=own.tags("budget"),
        opts=own.opts(),
    )
