"""What of the hub the guard moves: its components as BudgetGuard takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from buylink.settings import Settings
from components.parts import hub_table
from components.parts.guarded import Guarded, GuardedCluster, GuardedQueue

if TYPE_CHECKING:
    from components.hub import Hub


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
            pulumi.Output.concat(table.arn, "/index/", it.name) for it in hub_table.INDEXES
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
