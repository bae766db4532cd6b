"""Translates a stack's settings into the components' arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from buylink.settings import Settings
from buylink.settings.services import HttpServiceSettings, TaskSettings, folder_of
from buylink.settings.storage import BucketSettings
from components.edge.edge import Domain, EdgeArgs
from components.functions.scheduled_function import (
    FunctionSchedule,
    ScheduledFunction,
    ScheduledFunctionArgs,
)
from components.guard.budget_guard import BudgetGuardArgs
from components.guard.guarded import Guarded, GuardedCluster, GuardedQueue
from components.hub.service_access import Grants
from components.monitoring.alarms import WatchedFunction, WatchedQueue, WatchedService, WatchedTable
from components.monitoring.cost_monitoring import CostMonitoringArgs
from components.network.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network.network import Network, NetworkArgs
from components.services.ecs_service import Runtime, TaskSize, capacity_strategy
from components.services.fargate_service import FargateService, FargateServiceArgs
from components.services.images import Images, ImagesArgs
from components.services.queue_worker import QueueWorker, QueueWorkerArgs
from components.services.scaling import BacklogScaling, RequestScaling, ScheduledBounds
from components.services.service_cluster import ServiceCluster
from components.storage.storage import HUB_TABLE, Storage, StorageArgs
from components.storage.tiered_bucket import DistributionReader, ObjectLifecycle, Transition

QUEUE = "videos"
"""The queue of what is to be worked on: `buylink-<stack>-videos`."""

LAST_PRIORITY = 50_000
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""

API = "/v1/*"
"""Where every API is, that of the service without paths too."""


@dataclass(frozen=True, kw_only=True)
class BuiltParts:
    """What a hub has by the time its guard and its alarms are added."""

    cluster: ServiceCluster
    worker_cluster: ServiceCluster
    load_balancer: LoadBalancer
    storage: Storage
    services: Mapping[str, FargateService]
    worker: QueueWorker
    functions: Mapping[str, ScheduledFunction]


@dataclass(frozen=True, kw_only=True)
class HubArguments:
    """The arguments of a hub's components; `project` is the folder of Pulumi.yaml."""

    settings: Settings
    project: Path
    account_id: str

    def network(self, zone_ids: tuple[str, ...]) -> NetworkArgs:
        settings = self.settings.network
        return NetworkArgs(
            stack=self.settings.stack,
            region=self.settings.region,
            account_id=self.account_id,
            zone_ids=zone_ids,
            cidr=str(settings.cidr),
            public_subnets=[str(block) for block in settings.subnets.public],
            private_subnets=[str(block) for block in settings.subnets.private],
            nat_gateways=settings.nat_gateways,
            interface_endpoints=settings.interface_endpoints,
            flow_logs=settings.flow_logs,
            retention_days=self.settings.logs.retention_days,
        )

    def load_balancer(self, network: Network) -> LoadBalancerArgs:
        settings, domain = self.settings.load_balancer, self.settings.domain
        # With the edge on, the certificate is CloudFront's.
        certificate_arn = None if self.settings.edge.enabled else domain and domain.certificate_arn
        return LoadBalancerArgs(
            stack=self.settings.stack,
            network=network,
            certificate_arn=certificate_arn,
            idle_timeout=settings.idle_timeout,
            deletion_protection=settings.deletion_protection,
            access_logs_bucket=settings.access_logs_bucket,
        )

    def storage(self, thumbnails_reader: DistributionReader | None) -> StorageArgs:
        tables, buckets = self.settings.tables, self.settings.storage
        return StorageArgs(
            stack=self.settings.stack,
            account_id=self.account_id,
            thumbnails_reader=thumbnails_reader,
            point_in_time_recovery=tables.point_in_time_recovery,
            protect_tables=tables.deletion_protection,
            protect_buckets=buckets.protect,
            thumbnails=_lifecycle(buckets.thumbnails),
            originals=_lifecycle(buckets.originals),
            reports=_lifecycle(buckets.reports),
            recovery_days=self.settings.secrets.recovery_days,
        )

    def edge(self, load_balancer: LoadBalancer, thumbnails_domain: pulumi.Input[str]) -> EdgeArgs:
        settings, domain = self.settings.edge, self.settings.domain
        return EdgeArgs(
            stack=self.settings.stack,
            load_balancer=load_balancer,
            uncached_paths=uncached_paths(self.settings.http_services),
            thumbnails_domain=thumbnails_domain,
            domain=domain and Domain(name=domain.name, certificate_arn=domain.certificate_arn),
            price_class=settings.price_class,
            rate_limit=settings.rate_limit,
        )

    def images(self, service: str, settings: TaskSettings) -> ImagesArgs:
        return ImagesArgs(
            stack=self.settings.stack,
            service=service,
            project=self.project,
            # A stack whose load balancer can't be deleted by mistake keeps its images as well.
            keep_on_destroy=self.settings.load_balancer.deletion_protection,
            folder=folder_of(service),
            architecture=settings.architecture,
            digest=settings.digest,
        )

    def runtime(self, service: str, images: Images, grants: Grants) -> Runtime:
        settings = {**self.settings.http_services, **self.settings.workers}[service]
        return Runtime(
            region=self.settings.region,
            account_id=self.account_id,
            size=TaskSize(
                cpu=settings.cpu, memory=settings.memory, architecture=settings.architecture
            ),
            images=images,
            retention_days=self.settings.logs.retention_days,
            variables=settings.environment,
            environment=grants.environment,
            statements=grants.statements,
        )

    def worker(
        self, network: Network, cluster: ServiceCluster, runtime: Runtime
    ) -> QueueWorkerArgs:
        ((service, settings),) = self.settings.workers.items()
        return QueueWorkerArgs(
            stack=self.settings.stack,
            service=service,
            queue=QUEUE,
            network=network,
            cluster=cluster,
            runtime=runtime,
            retention_days=settings.retention_days,
            max_receives=settings.max_receives,
            bedrock_model=settings.bedrock_model,
            scaling=BacklogScaling(
                min_tasks=settings.min_tasks,
                max_tasks=settings.max_tasks,
                seconds_per_message=settings.seconds_per_message,
                acceptable_latency=settings.acceptable_latency,
                max_messages_per_second=settings.max_messages_per_second,
            ),
        )

    def service(
        self,
        name: str,
        network: Network,
        cluster: ServiceCluster,
        load_balancer: LoadBalancer,
        runtime: Runtime,
    ) -> FargateServiceArgs:
        services = self.settings.http_services
        settings = services[name]
        return FargateServiceArgs(
            stack=self.settings.stack,
            service=name,
            priority=rule_priorities(services)[name],
            network=network,
            cluster=cluster,
            load_balancer=load_balancer,
            runtime=runtime,
            port=settings.port,
            health_check_path=settings.health_check_path,
            paths=settings.paths,
            strategy=capacity_strategy(
                on_demand_base=settings.on_demand_base,
                on_demand_weight=settings.on_demand_weight,
                spot_weight=settings.spot_weight,
            ),
            scaling=_request_scaling(settings),
        )

    def function(self, name: str, grants: Grants) -> ScheduledFunctionArgs:
        settings = self.settings.functions[name]
        return ScheduledFunctionArgs(
            stack=self.settings.stack,
            region=self.settings.region,
            account_id=self.account_id,
            project=self.project,
            label=name,
            folder=folder_of(name),
            memory=settings.memory,
            timeout=settings.timeout,
            retention_days=self.settings.logs.retention_days,
            environment=grants.environment,
            statements=grants.statements,
            schedules=[FunctionSchedule(name, settings.schedule, {})],
        )

    def guard(self, parts: BuiltParts) -> BudgetGuardArgs:
        budget, monitoring = self.settings.budget, self.settings.monitoring
        return BudgetGuardArgs(
            stack=self.settings.stack,
            region=self.settings.region,
            account_id=self.account_id,
            project=self.project,
            retention_days=self.settings.logs.retention_days,
            guarded=self._guarded(parts),
            limit=budget.limit,
            alert_percents=budget.alert_percents,
            emails=self.settings.alerts.emails,
            never_stop=budget.never_stop,
            braked_worker_tasks=budget.braked_worker_tasks,
            on_projection=budget.on_projection,
            anomaly_threshold=monitoring.anomaly_threshold,
            daily_report=monitoring.daily_report,
            weekly_review=monitoring.weekly_review,
            state_table=parts.storage.guard_table,
        )

    def _guarded(self, parts: BuiltParts) -> Guarded:
        """Every cluster, schedule and worker, but those that never stop."""
        table, reports = parts.storage.table, parts.storage.reports
        clusters = (parts.cluster, parts.worker_cluster)
        return Guarded(
            queue=GuardedQueue(parts.worker.queue_url, parts.worker.queue_arn),
            clusters=[GuardedCluster(cluster.name, cluster.arn) for cluster in clusters],
            schedules=[
                function.function_schedules
                for name, function in parts.functions.items()
                if name not in self.settings.budget.never_stop
            ],
            workers=list(self.settings.workers),
            hub_table=table.name,
            hub_index_arns=[
                pulumi.Output.concat(table.arn, "/index/", index.name)
                for index in HUB_TABLE.indexes
            ],
            report_bucket=reports.name,
            report_bucket_arn=reports.arn,
            fixed_costs=self._fixed_costs(parts.storage),
        )

    def _fixed_costs(self, storage: Storage) -> dict[str, int]:
        gateways = self.settings.network.nat_gateway_count
        # An internet-facing load balancer has an address in each zone.
        zones = self.settings.network.availability_zones
        addresses = 0 if self.settings.edge.enabled else zones
        return {
            "nat-gateway": gateways,
            "public-address": gateways + addresses,
            "load-balancer": 1,
            "secret": len(storage.secrets.arns),
            "kms-key": 1,
        }

    def monitoring(
        self,
        parts: BuiltParts,
        guard_function: ScheduledFunction,
        notice_topic_arn: pulumi.Input[str],
    ) -> CostMonitoringArgs:
        """Every service, queue, table and function is watched."""
        functions = {**parts.functions, "budget-guard": guard_function}
        return CostMonitoringArgs(
            stack=self.settings.stack,
            region=self.settings.region,
            account_id=self.account_id,
            cluster_arns=[parts.cluster.arn, parts.worker_cluster.arn],
            load_balancer_suffix=parts.load_balancer.arn_suffix,
            services=self._watched_services(parts),
            queues=[self._watched_queue(parts.worker)],
            tables=[
                WatchedTable(
                    label=HUB_TABLE.label,
                    name=parts.storage.table.name,
                    indexes=tuple(index.name for index in HUB_TABLE.indexes),
                )
            ],
            functions=[
                WatchedFunction(label=name, name=function.function_name)
                for name, function in functions.items()
            ],
            notice_topic_arn=notice_topic_arn,
            dashboard=self.settings.monitoring.dashboard,
            account_limit=self.settings.monitoring.account_limit,
        )

    def _watched_services(self, parts: BuiltParts) -> list[WatchedService]:
        (worker,) = self.settings.workers
        behind_balancer = [
            WatchedService(
                label=name,
                name=service.service_name,
                cluster_name=parts.cluster.name,
                target_group_suffix=service.target_group_suffix,
            )
            for name, service in parts.services.items()
        ]
        from_queue = WatchedService(
            label=worker,
            name=parts.worker.service_name,
            cluster_name=parts.worker_cluster.name,
        )
        return [*behind_balancer, from_queue]

    def _watched_queue(self, worker: QueueWorker) -> WatchedQueue:
        ((name, settings),) = self.settings.workers.items()
        return WatchedQueue(
            label=name,
            name=worker.queue_name,
            dead_letter_name=worker.dead_letter_queue_name,
            acceptable_age=settings.acceptable_latency,
        )


def rule_priorities(services: Mapping[str, HttpServiceSettings]) -> dict[str, int]:
    """A listener priority for each service, in their order; the one without paths comes last."""
    with_paths = [name for name, service in services.items() if service.paths]
    ordered = {name: 10 * index for index, name in enumerate(with_paths, start=1)}
    return {name: ordered.get(name, LAST_PRIORITY) for name in services}


def uncached_paths(services: Mapping[str, HttpServiceSettings]) -> list[str]:
    """The path patterns whose answers the edge never keeps: the APIs', and the services' own."""
    paths = (path for service in services.values() for path in service.paths)
    return [API, *(path for path in paths if not path.startswith(API.removesuffix("*")))]


def _request_scaling(settings: HttpServiceSettings) -> RequestScaling:
    return RequestScaling(
        min_tasks=settings.min_tasks,
        max_tasks=settings.max_tasks,
        requests_per_task=settings.requests_per_task,
        cpu_target=settings.cpu_target,
        schedule={
            label: ScheduledBounds(
                cron=bounds.cron, min_tasks=bounds.min_tasks, max_tasks=bounds.max_tasks
            )
            for label, bounds in settings.schedule.items()
        },
    )


def _lifecycle(settings: BucketSettings) -> ObjectLifecycle:
    return ObjectLifecycle(
        typical_kb=settings.typical_kb,
        transitions=[
            Transition(after_days=move.after_days, storage_class=move.storage_class)
            for move in settings.transitions
        ],
        expire_days=settings.expire_days,
    )
