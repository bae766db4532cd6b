"""Plans single components of a stack, with the network, the cluster and the image they need."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pulumi

from buylink.settings.services import folder_of
from buylink.settings.stack_files import read_stack_file, settings_from
from components.common.iam import Statement
from components.functions.scheduled_function import (
    FunctionSchedule,
    ScheduledFunction,
    ScheduledFunctionArgs,
)
from components.hub.arguments import HubArguments
from components.network.network import Network
from components.services.ecs_service import Runtime
from components.services.images import Images, ImagesArgs
from components.services.queue_worker import QueueWorker, QueueWorkerArgs
from components.services.service_cluster import ServiceCluster, ServiceClusterArgs
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan, record

REGION = "us-east-1"
WORKER = "ai-worker"
FUNCTION = "scheduled-ingestion"


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
        QueueWorker(
            f"hub-{WORKER}",
            QueueWorkerArgs(
                stack=stack,
                service=WORKER,
                queue="videos",
                network=network,
                cluster=cluster,
                runtime=Runtime(
                    region=REGION,
                    account_id=ACCOUNT,
                    images=images,
                    retention_days=settings.logs.retention_days,
                    environment={"TABLE_NAME": pulumi.Output.from_input("the table's name")},
                    statements=[Statement(["dynamodb:GetItem"], ["the table's ARN"])],
                ),
                settings=worker,
            ),
        )

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
            f"hub-{FUNCTION}",
            ScheduledFunctionArgs(
                stack="prod",
                region=REGION,
                account_id=ACCOUNT,
                project=project,
                label=FUNCTION,
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
