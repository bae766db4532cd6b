"""The hub: one stack's infrastructure, all of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from buylink.settings import Settings
from buylink.settings.operations import Insights
from buylink.settings.services import folder_of
from components.edge.edge import Edge, EdgeArgs
from components.functions.scheduled_function import (
    FunctionSchedule,
    ScheduledFunction,
    ScheduledFunctionArgs,
)
from components.guard.budget_guard import BudgetGuard, BudgetGuardArgs
from components.hub.arguments import (
    guarded_parts,
    images_args,
    rule_priorities,
    uncached_paths,
    watch_list,
)
from components.hub.service_access import Part, Parts, given_to, parts_before_the_queue
from components.monitoring.cost_monitoring import CostMonitoring
from components.network.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network.network import Network, NetworkArgs
from components.network.zones import available_zones, choose_zones
from components.services.ecs_service import Runtime
from components.services.fargate_service import FargateService, FargateServiceArgs
from components.services.images import Images
from components.services.queue_worker import QueueWorker, QueueWorkerArgs
from components.services.service_cluster import ServiceCluster, ServiceClusterArgs
from components.storage.storage import Storage, StorageArgs

QUEUE = "videos"
"""The queue of what is to be worked on: `buylink-<stack>-videos`."""


@dataclass(frozen=True, kw_only=True)
class HubArgs:
    """What a Hub is made from: a stack's settings, and the folder of Pulumi.yaml."""

    settings: Settings
    project: Path


class Hub(pulumi.ComponentResource):
    """The root of a stack's resources.

    What the business expects (`load`) is one of its inputs and outputs, so that whoever reads the
    stack's resources can price it, from a plan or from a state.
    """

    url: pulumi.Output[str]
    network: Network
    cluster: ServiceCluster
    worker_cluster: ServiceCluster
    load_balancer: LoadBalancer
    edge: Edge | None
    storage: Storage
    images: dict[str, Images]
    services: dict[str, FargateService]
    worker: QueueWorker
    functions: dict[str, ScheduledFunction]
    guard: BudgetGuard
    monitoring: CostMonitoring
    service_names: dict[str, pulumi.Output[str]]
    log_group_names: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: HubArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = args.settings
        load = {"users": settings.load.users, "videosPerDay": settings.load.videos_per_day}
        props: pulumi.Inputs = {"stack": settings.stack, "load": load}
        super().__init__("buylink:hub:Hub", name, props, opts)
        self._named, self._args = f"{name}-{{}}".format, args
        self._children = pulumi.ResourceOptions(parent=self)
        self._account_id = aws.get_caller_identity(
            opts=pulumi.InvokeOptions(parent=self)
        ).account_id
        self._add_foundation()
        self.storage = self._storage()
        self.edge = self._edge() if settings.edge.enabled else None
        self.url = self._url()
        self.images = {
            name: Images(
                self._named(f"{name}-images"),
                images_args(settings, args.project, name, task),
                self._children,
            )
            for name, task in {**settings.http_services, **settings.workers}.items()
        }
        parts = parts_before_the_queue(settings, self.storage, self.url)
        self.worker = self._worker(parts)
        parts["queue"] = Part(self.worker.queue_url, [self.worker.queue_arn])
        self.services = {
            name: self._service(name, priority, parts)
            for name, priority in rule_priorities(settings.http_services).items()
        }
        self.functions = {name: self._function(name, parts) for name in settings.functions}
        self._add_guard()
        tasks = {**self.services, **dict.fromkeys(settings.workers, self.worker)}
        logged = {**tasks, **self.functions, "budget-guard": self.guard.function}
        self.service_names = {name: it.service_name for name, it in tasks.items()}
        self.log_group_names = {name: it.log_group_name for name, it in logged.items()}
        self.register_outputs({"load": load, "url": self.url})

    def _add_foundation(self) -> None:
        settings = self._args.settings
        self.network = self._network()
        self.cluster = self._cluster("cluster", settings.cluster.container_insights)
        # A worker starts many tasks, and Container Insights bill the start of each.
        self.worker_cluster = self._cluster("workers", "disabled")
        # With the edge on, the certificate is CloudFront's.
        child = None if settings.edge.enabled or settings.domain is None else settings.domain
        args = LoadBalancerArgs(
            stack=settings.stack,
            network=self.network,
            certificate_arn=child and child.certificate_arn,
            settings=settings.load_balancer,
        )
        self.load_balancer = LoadBalancer(self._named("load-balancer"), args, self._children)

    def _cluster(self, label: str, container_insights: Insights) -> ServiceCluster:
        stack = self._args.settings.stack
        args = ServiceClusterArgs(stack=stack, label=label, container_insights=container_insights)
        return ServiceCluster(self._named(label), args, self._children)

    def _network(self) -> Network:
        settings = self._args.settings
        args = NetworkArgs(
            stack=settings.stack,
            region=settings.region,
            account_id=self._account_id,
            zone_ids=choose_zones(
                settings.region, available_zones(self), settings.network.availability_zones
            ),
            settings=settings.network,
            retention_days=settings.logs.retention_days,
        )
        return Network(self._named("network"), args, self._children)

    def _storage(self) -> Storage:
        settings = self._args.settings
        args = StorageArgs(
            stack=settings.stack,
            account_id=self._account_id,
            behind_edge=settings.edge.enabled,
            tables=settings.tables,
            buckets=settings.storage,
            secrets=settings.secrets,
        )
        return Storage(self._named("storage"), args, self._children)

    def _worker(self, parts: Parts) -> QueueWorker:
        settings = self._args.settings
        ((service, worker),) = settings.workers.items()
        args = QueueWorkerArgs(
            stack=settings.stack,
            service=service,
            queue=QUEUE,
            network=self.network,
            cluster=self.worker_cluster,
            runtime=self._runtime(service, parts),
            settings=worker,
        )
        return QueueWorker(self._named(service), args, self._children)

    def _service(self, name: str, priority: int, parts: Parts) -> FargateService:
        settings = self._args.settings
        args = FargateServiceArgs(
            stack=settings.stack,
            service=name,
            priority=priority,
            network=self.network,
            cluster=self.cluster,
            load_balancer=self.load_balancer,
            runtime=self._runtime(name, parts),
            settings=settings.http_services[name],
        )
        return FargateService(self._named(name), args, self._children)

    def _runtime(self, service: str, parts: Parts) -> Runtime:
        given = given_to(service, parts)
        return Runtime(
            region=self._args.settings.region,
            account_id=self._account_id,
            images=self.images[service],
            retention_days=self._args.settings.logs.retention_days,
            environment=given.environment,
            statements=given.statements,
        )

    def _function(self, name: str, parts: Parts) -> ScheduledFunction:
        settings, given = self._args.settings, given_to(name, parts)
        function = settings.functions[name]
        args = ScheduledFunctionArgs(
            stack=settings.stack,
            region=settings.region,
            account_id=self._account_id,
            project=self._args.project,
            label=name,
            folder=folder_of(name),
            memory=function.memory,
            timeout=function.timeout,
            retention_days=settings.logs.retention_days,
            environment=given.environment,
            statements=given.statements,
            schedules=[FunctionSchedule(name, function.schedule, {})],
        )
        return ScheduledFunction(self._named(name), args, self._children)

    def _edge(self) -> Edge:
        settings = self._args.settings
        args = EdgeArgs(
            stack=settings.stack,
            load_balancer=self.load_balancer,
            uncached_paths=uncached_paths(settings.http_services),
            domain=settings.domain,
            settings=settings.edge,
            thumbnails=self.storage.thumbnails,
        )
        return Edge(self._named("edge"), args, self._children)

    def _add_guard(self) -> None:
        settings = self._args.settings
        args = BudgetGuardArgs(
            stack=settings.stack,
            region=settings.region,
            account_id=self._account_id,
            project=self._args.project,
            retention_days=settings.logs.retention_days,
            guarded=guarded_parts(self, settings),
            budget=settings.budget,
            alerts=settings.alerts,
            monitoring=settings.monitoring,
            state_table=self.storage.guard_table,
        )
        self.guard = BudgetGuard(self._named("budget-guard"), args, self._children)
        watched = watch_list(self, settings, self._account_id)
        self.monitoring = CostMonitoring(self._named("cost-monitoring"), watched, self._children)

    def _url(self) -> pulumi.Output[str]:
        front = self.edge.domain_name if self.edge is not None else self.load_balancer.dns_name
        domain = self._args.settings.domain
        return pulumi.Output.concat("https://", front if domain is None else domain.name)
