"""What tests plan: whole stacks, and single components with the parts that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pulumi

from buylink.settings.operations import BudgetSettings, MonitoringSettings
from buylink.settings.services import folder_of
from buylink.settings.stack_files import read_stack_file, settings_from
from components.common.iam import Statement
from components.functions.scheduled_function import (
    FunctionSchedule,
    ScheduledFunction,
    ScheduledFunctionArgs,
    Schedules,
)
from components.guard.budget_guard import BudgetGuard, BudgetGuardArgs
from components.guard.guarded import Guarded, GuardedCluster, GuardedQueue
from components.hub.arguments import HubArguments
from components.hub.service_access import Grants
from components.network.network import Network
from components.services.images import Images, ImagesArgs
from components.services.queue_worker import QueueWorker
from components.services.service_cluster import ServiceCluster, ServiceClusterArgs
from components.storage.storage import GUARD_TABLE
from components.storage.table import Table, TableArgs
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan, record

DIGEST = f"sha256:{'0' * 64}"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0000-1111"
DOMAIN = f"buylink:domain={{name: hub.example.com, certificateArn: '{CERTIFICATE}'}}"

NIGHT = "{night: {cron: 'cron(0 22 * * ? *)', minTasks: 1, maxTasks: 2}}"

WITHOUT_EDGE = ("buylink:edge.enabled=false", DOMAIN)
EVERY_OPTION = (
    "buylink:network.availabilityZones=3",
    "buylink:network.flowLogs=true",
    "buylink:network.interfaceEndpoints=[ecr.api, ecr.dkr]",
    "buylink:edge.rateLimit=2000",
    "buylink:loadBalancer.accessLogsBucket=logs-of-mine",
    "buylink:services.ingestion-api.architecture=X86_64",
    f"buylink:services.ingestion-api.digest={DIGEST}",
    f"buylink:services.ingestion-api.schedule={NIGHT}",
    "buylink:services.product-service.environment={LOG_LEVEL: debug}",
    "buylink:services.product-service.onDemandWeight=1",
    DOMAIN,
)

SHAPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "dev": ("dev", ()),
    "staging": ("staging", ()),
    "prod": ("prod", ()),
    "prod with every option": ("prod", EVERY_OPTION),
    "dev without NAT": ("dev", ("buylink:network.natGateways=none",)),
    "dev without the edge": ("dev", WITHOUT_EDGE),
}


REGION = "us-east-1"
WORKER = "ai-worker"
FUNCTION_NAME = "scheduled-ingestion"

_PROD = settings_from(read_stack_file(REPOSITORY, "prod", ()))
HTTP_SERVICES = tuple(_PROD.http_services)
CONTAINERS = (*HTTP_SERVICES, *_PROD.workers)
FUNCTIONS = (*_PROD.functions, "budget-guard")
"""The services of the hub, as prod's settings declare them; the guard is the hub's own."""


@cache
def worker_plan(stack: str = "prod", *overrides: str) -> Plan:
    """The stack's worker, named `hub-ai-worker`, on a queue called videos."""
    settings = settings_from(read_stack_file(REPOSITORY, stack, overrides))
    worker = settings.workers[WORKER]
    arguments = HubArguments(settings=settings, project=REPOSITORY, account_id=ACCOUNT)

    def program() -> None:
        network = Network(
            "hub-network",
            arguments.network(("use1-az1", "use1-az2")),
        )
        cluster = ServiceCluster(
            "hub-workers",
            ServiceClusterArgs(stack=stack, label="workers", container_insights="disabled"),
        )
        images = Images(
            f"hub-{WORKER}-images",
            ImagesArgs(
                stack=stack,
                service=WORKER,
                project=REPOSITORY,
                keep_on_destroy=False,
                folder=folder_of(WORKER),
                architecture=worker.architecture,
                digest=worker.digest,
            ),
        )
        grants = Grants(
            environment={"TABLE_NAME": pulumi.Output.from_input("the table's name")},
            statements=[Statement(["dynamodb:GetItem"], ["the table's ARN"])],
        )
        runtime = arguments.runtime(WORKER, images, grants)
        QueueWorker(f"hub-{WORKER}", arguments.worker(network, cluster, runtime))

    return record(program, stack)


DAILY = FunctionSchedule("daily", "cron(0 7 * * ? *)", {"task": "daily", "again": False})
HOURLY = FunctionSchedule("hourly", "rate(1 hour)", {"task": "hourly"})


def function_plan(
    *schedules: FunctionSchedule,
    statements: Sequence[Statement] = (),
    project: Path = REPOSITORY,
) -> Plan:
    """The function named `hub-scheduled-ingestion` of a stack `prod`."""

    def program() -> None:
        ScheduledFunction(
            f"hub-{FUNCTION_NAME}",
            ScheduledFunctionArgs(
                stack="prod",
                region=REGION,
                account_id=ACCOUNT,
                project=project,
                label=FUNCTION_NAME,
                folder="scheduled_ingestion",
                memory=128,
                timeout=60,
                retention_days=30,
                environment={"QUEUE_URL": pulumi.Output.from_input("the queue's URL")},
                statements=statements,
                schedules=schedules,
            ),
        )

    return record(program, "prod")


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
    budget: Mapping[str, object] | None = None,
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
