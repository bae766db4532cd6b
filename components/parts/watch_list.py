"""What of the hub is watched: its components as CostMonitoring takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buylink.settings import Settings
from components.cost_monitoring import CostMonitoringArgs
from components.parts import hub_table
from components.parts.watched import WatchedFunction, WatchedQueue, WatchedService, WatchedTable

if TYPE_CHECKING:
    from components.hub import Hub


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
        label=hub_table.LABEL,
        name=hub.storage.table.name,
        indexes=tuple(index.name for index in hub_table.INDEXES),
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
