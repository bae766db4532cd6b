"""The stack's budget, and the function that hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pulumi
from pulumi_aws import cloudwatch, lambda_, sns

from components.common.child_factory import ChildFactory, explicit_name, stack_tag
from components.common.ecs_events import PLACEMENT_FAILURE, SPOT_INTERRUPTION, add_event_rule
from components.common.iam import Statement
from components.functions.scheduled_function import (
    FunctionSchedule,
    ScheduledFunction,
    ScheduledFunctionArgs,
)
from components.guard.cost_alerts import (
    PUBLISH,
    Publisher,
    add_anomaly_monitor,
    add_budget,
    add_topic,
    subscribe_addresses,
)
from components.guard.guarded import Guarded, permissions, variables
from components.storage.table import Table

FOLDER = "budget_guard"
MEMORY = 256  # MiB
"""CPU comes with it: at 128 loading boto3 alone takes seconds."""
TIMEOUT = 300  # 5 minutes in seconds
"""A restore waits for services to run."""
RECONCILE = "rate(1 hour)"
"""A queue that is idle for six hours stops its metrics, which the worker is woken by.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html"""


@dataclass(frozen=True, kw_only=True)
class BudgetGuardArgs:
    """What a BudgetGuard is made from; `project` is the folder of Pulumi.yaml.

    `limit` is in USD a month and each of `alert_percents` a percentage of it; services that
    `never_stop` go by their names in the settings. `braked_worker_tasks` are the most tasks of a
    worker from 100 % on, `on_projection` the most that the guard does before the money is spent.
    `anomaly_threshold` is in USD a day above what is expected. Reports are sent by schedule
    expressions, UTC; logs are kept for `retention_days`. `state_table` has `GUARD_TABLE`'s schema.
    """

    stack: str
    region: str
    account_id: str
    project: Path
    retention_days: int
    guarded: Guarded
    limit: Decimal
    alert_percents: Sequence[int]
    emails: Sequence[str]
    never_stop: Sequence[str]
    braked_worker_tasks: int
    on_projection: Literal["warn", "brake", "stop"]
    anomaly_threshold: Decimal
    daily_report: str
    weekly_review: str
    state_table: Table


class BudgetGuard(pulumi.ComponentResource):
    """The budget `buylink-<stack>` and its guard.

    - a monthly cost budget of what carries the stack's `Stack` tag, free; it tells the topic, and
      the addresses, at each share of the limit. What AWS can't tag is not in it: taxes, support,
      Cost Explorer's requests and the dashboard
    - the function that budget notifications go to: it keeps the mode that the stack should be in,
      makes the stack so every hour, and reports costs, $0.02 a day and $0.01 a week
    - rules that call it when Fargate Spot has no room for a task, or takes one back
    - the monitor of the stack's cost anomalies, and its subscription, free
    - the topic for notices to people: of the guard, of alarms, of cost anomalies

    Costs are seen by tag from the day on that `Stack` is activated as a cost allocation tag, once
    in the account that pays. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
    """

    budget_name: pulumi.Output[str]
    topic_arn: pulumi.Output[str]
    notice_topic_arn: pulumi.Output[str]
    """Known once the topic takes notices."""
    anomaly_monitor_arn: pulumi.Output[str]
    function: ScheduledFunction

    def __init__(
        self, name: str, args: BudgetGuardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {
            "limit": f"{args.limit:f}",
            "alertPercents": list(args.alert_percents),
        }
        super().__init__("buylink:budget_guard:BudgetGuard", name, props, opts)
        child = ChildFactory(self, args.stack, "budget-guard")
        self.topic_arn = _add_budget_topic(child, args)
        self.notice_topic_arn = _add_notice_topic(child, args)
        self.anomaly_monitor_arn = add_anomaly_monitor(
            child,
            threshold=args.anomaly_threshold,
            topic_arn=self.notice_topic_arn,
        )
        self.function = self._add_function(child, args)
        add_spot_events(child, self.function, [cluster.arn for cluster in args.guarded.clusters])
        _deliver(child, self.topic_arn, self.function)
        self.budget_name = add_budget(
            child,
            limit=args.limit,
            alert_percents=args.alert_percents,
            topic_arn=self.topic_arn,
            addresses=args.emails,
        ).name
        self.register_outputs(
            {
                "budgetName": self.budget_name,
                "topicArn": self.topic_arn,
                "noticeTopicArn": self.notice_topic_arn,
                "functionName": self.function.function_name,
                "anomalyMonitorArn": self.anomaly_monitor_arn,
            }
        )

    def _add_function(self, child: ChildFactory, args: BudgetGuardArgs) -> ScheduledFunction:
        function_args = ScheduledFunctionArgs(
            stack=args.stack,
            region=args.region,
            account_id=args.account_id,
            project=args.project,
            label=child.label,
            folder=FOLDER,
            memory=MEMORY,
            timeout=TIMEOUT,
            retention_days=args.retention_days,
            environment={
                "TOPIC_ARN": self.topic_arn,
                "NOTICE_TOPIC_ARN": self.notice_topic_arn,
                "STATE_TABLE": args.state_table.name,
                "STACK_TAG": stack_tag(args.stack),
                "BUDGET_NAME": stack_tag(args.stack),
                "ANOMALY_MONITOR_ARN": self.anomaly_monitor_arn,
                "NEVER_STOP": ",".join(explicit_name(args.stack, name) for name in args.never_stop),
                "BRAKED_WORKER_TASKS": str(args.braked_worker_tasks),
                "ON_PROJECTION": args.on_projection,
                **variables(args.guarded, args.stack),
            },
            statements=[
                *_statements(args, self.notice_topic_arn),
                *permissions(
                    args.guarded,
                    stack=args.stack,
                    region=args.region,
                    account_id=args.account_id,
                ),
            ],
            schedules=[
                FunctionSchedule("reconcile", RECONCILE, {"kind": "reconcile"}),
                _report_schedule("daily", args.daily_report),
                _report_schedule("weekly", args.weekly_review),
            ],
        )
        return ScheduledFunction(child.name("function"), function_args, child.opts())


def _report_schedule(period: str, expression: str) -> FunctionSchedule:
    return FunctionSchedule(f"{period}-report", expression, {"kind": "report", "period": period})


def _statements(args: BudgetGuardArgs, notice_topic_arn: pulumi.Input[str]) -> list[Statement]:
    budget = f"arn:aws:budgets::{args.account_id}:budget/{stack_tag(args.stack)}"
    return [
        Statement(
            ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:UpdateItem"],
            [args.state_table.arn],
        ),
        Statement([PUBLISH], [notice_topic_arn]),
        Statement(["budgets:ViewBudget"], [budget]),
        # Costs are the account's: the actions take no resource.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscostexplorerservice.html
        Statement(["ce:GetAnomalies", "ce:GetCostAndUsage", "ce:GetCostForecast"], ["*"]),
    ]


def _add_budget_topic(child: ChildFactory, args: BudgetGuardArgs) -> pulumi.Output[str]:
    """https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"""
    budgets_service = Publisher("budgets.amazonaws.com", f"arn:aws:budgets::{args.account_id}:*")
    return add_topic(
        child, "budget-topic", account_id=args.account_id, publishers=[budgets_service]
    )


def _add_notice_topic(child: ChildFactory, args: BudgetGuardArgs) -> pulumi.Output[str]:
    """https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html"""
    alarms = f"arn:aws:cloudwatch:{args.region}:{args.account_id}:alarm:*"
    topic_arn = add_topic(
        child,
        "notices",
        account_id=args.account_id,
        publishers=[
            Publisher("cloudwatch.amazonaws.com", alarms),
            Publisher("costalerts.amazonaws.com"),
        ],
    )
    subscribe_addresses(child, "notices", topic_arn, args.emails)
    return topic_arn


def _deliver(
    child: ChildFactory, topic_arn: pulumi.Input[str], function: ScheduledFunction
) -> None:
    permission = lambda_.Permission(
        child.name("budget-permission"),
        action="lambda:InvokeFunction",
        function=function.function_name,
        principal="sns.amazonaws.com",
        source_arn=topic_arn,
        opts=child.opts(),
    )
    sns.TopicSubscription(
        child.name("budget-subscription"),
        topic=topic_arn,
        protocol="lambda",
        endpoint=function.function_arn,
        opts=child.opts(permission),
    )


_SPOT_EVENTS = {"spot-placements": PLACEMENT_FAILURE, "spot-returns": SPOT_INTERRUPTION}


def add_spot_events(
    child: ChildFactory, function: ScheduledFunction, cluster_arns: Sequence[pulumi.Input[str]]
) -> None:
    """Calls the function when Spot has no room for a task of the clusters, or takes one back."""
    for thing, event in _SPOT_EVENTS.items():
        description = f"{event.detail_type}: for the guard's way off Spot"
        rule = add_event_rule(child, thing, event, cluster_arns, description)
        permission = lambda_.Permission(
            child.name(f"{thing}-permission"),
            action="lambda:InvokeFunction",
            function=function.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child.opts(),
        )
        cloudwatch.EventTarget(
            child.name(f"{thing}-target"),
            rule=rule.name,
            arn=function.function_arn,
            opts=child.opts(permission),
        )
