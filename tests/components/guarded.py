"""A BudgetGuard of its own, with things to guard that are only names."""

from __future__ import annotations

from typing import Any

import pulumi

from buylink.settings.operations import BudgetSettings, MonitoringSettings
from components.functions.scheduled_function import Schedules
from components.guard.budget_guard import BudgetGuard, BudgetGuardArgs
from components.guard.guarded import Guarded, GuardedCluster, GuardedQueue
from components.storage.storage import GUARD_TABLE
from components.storage.table import Table, TableArgs
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan, record

SUBSCRIPTION = "sns/topicSubscription:TopicSubscription"
FUNCTION = "lambda/function:Function"
BUDGET_TOPIC = "hub-budget-guard-budget-topic:arn"
NOTICES = "hub-budget-guard-notices:arn"
MONITOR = "hub-budget-guard-anomaly-monitor:arn"
QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/buylink-dev-videos"


def guarded_things() -> Guarded:
    known = pulumi.Output.from_input
    return Guarded(
        queue=GuardedQueue(url=known(QUEUE_URL), arn="queue:arn"),
        clusters=[GuardedCluster("buylink-dev-cluster", "cluster:arn")],
        schedules=[
            Schedules(
                names=[known("hub-feeds")],
                arns=[known("schedule:arn")],
                role_arn=known("scheduler-role:arn"),
            )
        ],
        workers=["ai-worker"],
        hub_table="buylink-dev-hub",
        hub_index_arns=["hub:arn/index/gsi1"],
        report_bucket="reports",
        report_bucket_arn="reports:arn",
        fixed_costs={"nat-gateway": 1, "load-balancer": 1, "kms-key": 0},
    )


def guarded(
    *,
    stack: str = "dev",
    budget: dict[str, Any] | None = None,
    emails: tuple[str, ...] = (),
    monitoring: dict[str, str] | None = None,
) -> Plan:
    budget_settings = BudgetSettings.model_validate({"limit": 100, **(budget or {})})
    monitoring_settings = MonitoringSettings.model_validate(monitoring or {})

    def program() -> None:
        table = TableArgs(
            stack=stack,
            schema=GUARD_TABLE,
            point_in_time_recovery=False,
            deletion_protection=False,
        )
        args = BudgetGuardArgs(
            stack=stack,
            region="us-east-1",
            account_id=ACCOUNT,
            project=REPOSITORY,
            retention_days=7,
            guarded=guarded_things(),
            limit=budget_settings.limit,
            alert_percents=budget_settings.alert_percents,
            emails=emails,
            never_stop=budget_settings.never_stop,
            braked_worker_tasks=budget_settings.braked_worker_tasks,
            on_projection=budget_settings.on_projection,
            anomaly_threshold=monitoring_settings.anomaly_threshold,
            daily_report=monitoring_settings.daily_report,
            weekly_review=monitoring_settings.weekly_review,
            state_table=Table("hub-storage-guard", table),
        )
        BudgetGuard("hub-budget-guard", args)

    return record(program)
