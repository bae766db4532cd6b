"""The hub: one stack's infrastructure, all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from buylink.settings import Settings
from components.common.child_factory import ChildFactory
from components.edge.edge import THUMBNAILS, Edge
from components.functions.scheduled_function import ScheduledFunction
from components.guard.budget_guard import BudgetGuard
from components.hub.arguments import BuiltParts, HubArguments
from components.hub.service_access import Part, Parts, grants_for, parts_before_the_queue
from components.monitoring.cost_monitoring import CostMonitoring
from components.network.load_balancer import LoadBalancer
from components.network.network import Network, available_zones, choose_zones
from components.services.ecs_service import Runtime
from components.services.fargate_service import FargateService
from components.services.images import Images
from components.services.queue_worker import QueueWorker
from components.services.service_cluster import Insights, ServiceCluster, ServiceClusterArgs
from components.storage.storage import Storage
from components.storage.tiered_bucket import DistributionReader


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
        self._settings = settings
        self._child = ChildFactory(self, settings.stack, "hub")
        account = aws.get_caller_identity(opts=pulumi.InvokeOptions(parent=self))
        self._arguments = HubArguments(
            settings=settings, project=args.project, account_id=account.account_id
        )
        self._add_foundation()
        self._add_storage_and_edge()
        self.url = self._url()
        self._add_services()
        self._add_guard_and_alarms()
        tasks = {**self.services, **dict.fromkeys(settings.workers, self.worker)}
        logged = {**tasks, **self.functions, "budget-guard": self.guard.function}
        self.service_names = {name: task.service_name for name, task in tasks.items()}
        self.log_group_names = {name: part.log_group_name for name, part in logged.items()}
        self.register_outputs({"load": load, "url": self.url})

    def _add_foundation(self) -> None:
        settings, child = self._settings, self._child
        zone_ids = choose_zones(
            settings.region, available_zones(self), settings.network.availability_zones
        )
        self.network = Network(
            child.name("network"), self._arguments.network(zone_ids), child.opts()
        )
        self.cluster = self._cluster("cluster", settings.cluster.container_insights)
        # A worker starts many tasks, and Container Insights bill the start of each.
        self.worker_cluster = self._cluster("workers", "disabled")
        self.load_balancer = LoadBalancer(
            child.name("load-balancer"), self._arguments.load_balancer(self.network), child.opts()
        )

    def _cluster(self, label: str, container_insights: Insights) -> ServiceCluster:
        args = ServiceClusterArgs(
            stack=self._settings.stack, label=label, container_insights=container_insights
        )
        return ServiceCluster(self._child.name(label), args, self._child.opts())

    def _add_storage_and_edge(self) -> None:
        """The edge gets thumbnails from a bucket, whose policy names the edge's distribution."""
        if not self._settings.edge.enabled:
            self.storage, self.edge = self._storage(None), None
            return
        with _known_later() as (distribution_arn, resolve):
            reader = DistributionReader(arn=distribution_arn, prefix=THUMBNAILS)
            self.storage = self._storage(reader)
            args = self._arguments.edge(
                self.load_balancer, self.storage.thumbnails.regional_domain_name
            )
            self.edge = Edge(self._child.name("edge"), args, self._child.opts())
            resolve(self.edge.distribution_arn)

    def _storage(self, thumbnails_reader: DistributionReader | None) -> Storage:
        args = self._arguments.storage(thumbnails_reader)
        return Storage(self._child.name("storage"), args, self._child.opts())

    def _add_services(self) -> None:
        settings = self._settings
        self.images = {
            name: Images(
                self._child.name(f"{name}-images"),
                self._arguments.images(name, task),
                self._child.opts(),
            )
            for name, task in {**settings.http_services, **settings.workers}.items()
        }
        parts = parts_before_the_queue(
            self.storage,
            stack=settings.stack,
            behind_edge=settings.edge.enabled,
            public_url=self.url,
        )
        self.worker = self._worker(parts)
        parts["queue"] = Part(self.worker.queue_url, [self.worker.queue_arn])
        self.services = {name: self._service(name, parts) for name in settings.http_services}
        self.functions = {name: self._function(name, parts) for name in settings.functions}

    def _worker(self, parts: Parts) -> QueueWorker:
        (service,) = self._settings.workers
        args = self._arguments.worker(
            self.network, self.worker_cluster, self._runtime(service, parts)
        )
        return QueueWorker(self._child.name(service), args, self._child.opts())

    def _service(self, name: str, parts: Parts) -> FargateService:
        args = self._arguments.service(
            name, self.network, self.cluster, self.load_balancer, self._runtime(name, parts)
        )
        return FargateService(self._child.name(name), args, self._child.opts())

    def _runtime(self, service: str, parts: Parts) -> Runtime:
        return self._arguments.runtime(service, self.images[service], grants_for(service, parts))

    def _function(self, name: str, parts: Parts) -> ScheduledFunction:
        args = self._arguments.function(name, grants_for(name, parts))
        return ScheduledFunction(self._child.name(name), args, self._child.opts())

    def _add_guard_and_alarms(self) -> None:
        parts = BuiltParts(
            cluster=self.cluster,
            worker_cluster=self.worker_cluster,
            load_balancer=self.load_balancer,
            storage=self.storage,
            services=self.services,
            worker=self.worker,
            functions=self.functions,
        )
        child = self._child
        self.guard = BudgetGuard(
            child.name("budget-guard"), self._arguments.guard(parts), child.opts()
        )
        args = self._arguments.monitoring(parts, self.guard.function, self.guard.notice_topic_arn)
        self.monitoring = CostMonitoring(child.name("cost-monitoring"), args, child.opts())

    def _url(self) -> pulumi.Output[str]:
        front = self.edge.domain_name if self.edge is not None else self.load_balancer.dns_name
        domain = self._settings.domain
        return pulumi.Output.concat("https://", front if domain is None else domain.name)


@contextmanager
def _known_later() -> Generator[tuple[pulumi.Output[str], Callable[[pulumi.Output[str]], None]]]:
    """An output that the block resolves. When the block fails, so does the output.

    Pulumi waits for every output before it reports why a program failed, and would wait for good.
    """
    output, resolve = pulumi.deferred_output()
    try:
        yield output, resolve
    except BaseException as error:
        failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        failed.set_exception(error)
        resolve(pulumi.Output.from_input(failed))
        raise
