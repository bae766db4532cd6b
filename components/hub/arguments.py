"""The components' arguments, from a stack's settings and the parts that are built."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pulumi

from buylink.settings import Settings, TaskSettings
from buylink.settings.services import HttpServiceSettings
from components.guard.guarded import Guarded, GuardedCluster, GuardedQueue
from components.services.images import ImagesArgs
from components.storage.storage import HUB_TABLE

if TYPE_CHECKING:
    from components.hub.hub import Hub
from components.monitoring.alarms import WatchedFunction, WatchedQueue, WatchedService, WatchedTable
from components.monitoring.cost_monitoring import CostMonitoringArgs

LAST_PRIORITY = 50_000
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""

API = "/v1/*"
"""Where every API is, that of the service without paths too."""


def rule_priorities(services: dict[str, HttpServiceSettings]) -> dict[str, int]:
    """A listener priority for each service, in their order; the one without paths comes last."""
    with_paths = [name for name, service in services.items() if service.paths]
    ordered = {name: 10 * place for place, name in enumerate(with_paths, start=1)}
    return {name: ordered.get(name, LAST_PRIORITY) for name in services}


def uncached_paths(services: Mapping[str, HttpServiceSettings]) -> list[str]:
    """The path patterns whose answers the edge never keeps: the APIs', and the services' own."""
    own = (path for service in services.values() for path in service.paths)
    return [API, *(path for path in own if not path.startswith(API.removesuffix("*")))]


def images_args(settings: Settings, project: Path, service: str, task: TaskSettings) -> ImagesArgs:
    """Those of a stack's service."""
    return ImagesArgs(
        stack=settings.stack,
        service=service,
        project=project,
        # A stack whose load balancer can't be deleted by mistake keeps its images as well.
        keep_on_destroy=settings.load_balancer.deletion_protection,
        settings=task,
    )


def guarded_parts(hub: Hub, settings: Settings) -> Guarded:
    """Every cluster, schedule and worker of a hub that has them all."""
    table, reports = hub.storage.table, hub.storage.reports
    gateways = settings.network.nat_gateway_count
    # An internet-facing load balancer has an address in each zone.
    addresses = 0 if settings.edge.enabled else settings.network.availability_zones
    return Guarded(
        queue=GuardedQueue(hub.worker.queue_url, hub.worker.queue_arn),
        clusters=[GuardedCluster(it.name, it.arn) for it in (hub.cluster, hub.worker_cluster)],
        schedules=[
            it.own_schedules
            for name, it in hub.functions.items()
            if name not in settings.budget.never_stop
        ],
        workers=list(settings.workers),
        hub_table=table.name,
        hub_index_arns=[
            pulumi.Output.concat(table.arn, "/index/", it.name) for it in HUB_TABLE.indexes
        ],
        report_bucket=reports.name,
        report_bucket_arn=reports.arn,
        standing={
            "nat-gateway": gateways,
            "public-address": gateways + addresses,
            "load-balancer": 1,
            "secret": len(hub.storage.secrets.arns),
            "kms-key": 1,
        },
    )


def watch_list(hub: Hub, settings: Settings, account_id: str) -> CostMonitoringArgs:
    """Every service, queue, table and function of a hub that has them all."""
    ((worker, worker_settings),) = settings.workers.items()
    behind_balancer = [
        WatchedService(
            label=name,
            name=it.service_name,
            cluster_name=hub.cluster.name,
            target_group_suffix=it.target_group_suffix,
        )
        for name, it in hub.services.items()
    ]
    from_queue = WatchedService(
        label=worker, name=hub.worker.service_name, cluster_name=hub.worker_cluster.name
    )
    queue = WatchedQueue(
        label=worker,
        name=hub.worker.queue_name,
        dead_letter_name=hub.worker.dead_letter_queue_name,
        acceptable_age=worker_settings.acceptable_latency,
    )
    table = WatchedTable(
        label=HUB_TABLE.label,
        name=hub.storage.table.name,
        indexes=tuple(index.name for index in HUB_TABLE.indexes),
    )
    functions = [
        WatchedFunction(label=name, name=it.function_name)
        for name, it in {**hub.functions, "budget-guard": hub.guard.function}.items()
    ]
    return CostMonitoringArgs(
        stack=settings.stack,
        region=settings.region,
        account_id=account_id,
        cluster_arns=[hub.cluster.arn, hub.worker_cluster.arn],
        load_balancer_suffix=hub.load_balancer.arn_suffix,
        services=[*behind_balancer, from_queue],
        queues=[queue],
        tables=[table],
        functions=functions,
        notice_topic_arn=hub.guard.notice_topic_arn,
        settings=settings.monitoring,
    )
