"""The stack's budget, and the function that hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
from pulumi_aws import lambda_, sns

from buylink.settings.operations import (
    AlertSettings,
    BudgetSettings,
    MonitoringSettings,
)
from components.parts.anomalies import add_anomaly_monitor
from components.parts.guarded import Guarded, rights, variables
from components.parts.names import explicit_name
from components.parts.notices import PUBLISH, Publisher, add_topic, subscribe_addresses
from components.parts.owner import Owner
from components.parts.schedules import FunctionSchedule
from components.parts.spot_events import add_spot_events
from components.parts.stack_budget import add_budget, stack_tag
from components.parts.statements import Statement
from components.scheduled_function import ScheduledFunction, ScheduledFunctionArgs
from components.table import Table

FOLDER = "budget_guard"
MEMORY = 256
"""MiB. CPU comes with it: at 128 loading boto3 alone takes seconds."""
TIMEOUT = 300
"""Seconds: a restore waits for services to run."""
RECONCILE = "rate(1 hour)"
"""A queue that is idle for six hours stops its metrics, which the worker is woken by.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html"""


@dataclass(frozen=True, kw_only=True)
class BudgetGuardArgs:
    """What a BudgetGuard is made from; `project` is the folder of Pulumi.yaml.

    `state_table` has the keys of `components.parts.guard_table`.
    """

    stack: str
    region: str
    account_id: str
    project: Path
    retention_days: int
    guarded: Guarded
    budget: BudgetSettings
    alerts: AlertSettings
    monitoring: MonitoringSettings
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
            "limit": f"{args.budget.limit:f}",
            "alertPercents": list(args.budget.alert_percents),
        }
        super().__init__("buylink:budget_guard:BudgetGuard", name, props, opts)
        own = Owner(self, args.stack, "budget-guard")
        self.topic_arn = _add_budget_topic(own, args)
        self.notice_topic_arn = _add_notice_topic(own, args)
        self.anomaly_monitor_arn = add_anomaly_monitor(
            own,
            threshold=args.monitoring.anomaly_threshold,
            topic_arn=self.notice_topic_arn,
        )
        self.function = self._add_function(own, args)
        add_spot_events(own, self.function, [it.arn for it in args.guarded.clusters])
        _deliver(own, self.topic_arn, self.function)
        self.budget_name = add_budget(
            own, args.budget, topic_arn=self.topic_arn, addresses=args.alerts.emails
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

    def _add_function(self, own: Owner, args: BudgetGuardArgs) -> ScheduledFunction:
        monitoring = args.monitoring
        function_args = ScheduledFunctionArgs(
            stack=args.stack,
            region=args.region,
            account_id=args.account_id,
            project=args.project,
            label=own.label,
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
                "NEVER_STOP": ",".join(
                    explicit_name(args.stack, it) for it in args.budget.never_stop
                ),
                "BRAKED_WORKER_TASKS": str(args.budget.braked_worker_tasks),
                "ON_PROJECTION": args.budget.on_projection,
                **variables(args.guarded, args.stack),
            },
            statements=[
                *_rights(args, self.notice_topic_arn),
                *rights(
                    args.guarded,
                    stack=args.stack,
                    region=args.region,
                    account_id=args.account_id,
                ),
            ],
            schedules=[
                FunctionSchedule("reconcile", RECONCILE, {"kind": "reconcile"}),
                _report_schedule("daily", monitoring.daily_report),
                _report_schedule("weekly", monitoring.weekly_review),
            ],
        )
        return ScheduledFunction(own.name("function"), function_args, own.opts())


def _report_schedule(period: str, expression: str) -> FunctionSchedule:
    return FunctionSchedule(f"{period}-report", expression, {"kind": "report", "period": period})


def _rights(args: BudgetGuardArgs, notice_topic_arn: pulumi.Input[str]) -> list[Statement]:
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


def _add_budget_topic(own: Owner, args: BudgetGuardArgs) -> pulumi.Output[str]:
    """https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"""
    budgets_service = Publisher("budgets.amazonaws.com", f"arn:aws:budgets::{args.account_id}:*")
    return add_topic(own, "budget-topic", account_id=args.account_id, publishers=[budgets_service])


def _add_notice_topic(own: Owner, args: BudgetGuardArgs) -> pulumi.Output[str]:
    """https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html"""
    alarms = f"arn:aws:cloudwatch:{args.region}:{args.account_id}:alarm:*"
    topic_arn = add_topic(
        own,
        "notices",
        account_id=args.account_id,
        publishers=[
            Publisher("cloudwatch.amazonaws.com", alarms),
            Publisher("costalerts.amazonaws.com"),
        ],
    )
    subscribe_addresses(own, "notices", topic_arn, args.alerts.emails)
    return topic_arn


def _deliver(own: Owner, topic_arn: pulumi.Input[str], function: ScheduledFunction) -> None:
    permission = lambda_.Permission(
        own.name("budget-permission"),
        action="lambda:InvokeFunction",
        function=function.function_name,
        principal="sns.amazonaws.com",
        source_arn=topic_arn,
        opts=own.opts(),
    )
    sns.TopicSubscription(
        own.name("budget-subscription"),
        topic=topic_arn,
        protocol="lambda",
        endpoint=function.function_arn,
        opts=own.opts(permission),
    )
