"""The hub: one stack's infrastructure, all of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from buylink.settings import Settings
from components.edge import Edge, EdgeArgs
from components.fargate_service import FargateService, FargateServiceArgs
from components.images import Images, ImagesArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network import Network, NetworkArgs
from components.parts.routing import rule_priorities
from components.parts.zones import choose_zones
from components.service_cluster import ServiceCluster, ServiceClusterArgs


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
    load_balancer: LoadBalancer
    edge: Edge | None
    images: dict[str, Images]
    services: dict[str, FargateService]
    """The HTTP services and their images, by name in the settings."""

    def __init__(
        self, name: str, args: HubArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = args.settings
        load = {"users": settings.load.users, "videosPerDay": settings.load.videos_per_day}
        props: pulumi.Inputs = {"stack": settings.stack, "load": load}
        super().__init__("buylink:hub:Hub", name, props, opts)
        self._args = args
        self._children = pulumi.ResourceOptions(parent=self)
        self._account_id = aws.get_caller_identity(
            opts=pulumi.InvokeOptions(parent=self)
        ).account_id
        self.network = self._add_network(f"{name}-network")
        self.cluster = ServiceCluster(
            f"{name}-cluster",
            ServiceClusterArgs(stack=settings.stack, settings=settings.cluster),
            self._children,
        )
        self.load_balancer = self._add_load_balancer(f"{name}-load-balancer")
        self.images = {}
        self.services = {}
        for service, priority in rule_priorities(settings.http_services).items():
            self._add_service(f"{name}-{service}", service, priority)
        self.edge = self._add_edge(f"{name}-edge") if settings.edge.enabled else None
        self.url = self._url()
        self.register_outputs({"load": load, "url": self.url})

    def _add_network(self, name: str) -> Network:
        settings = self._args.settings
        zones = aws.get_availability_zones(
            state="available",
            filters=[
                aws.GetAvailabilityZonesFilterArgs(
                    name="opt-in-status", values=["opt-in-not-required"]
                )
            ],
            opts=pulumi.InvokeOptions(parent=self),
        )
        args = NetworkArgs(
            stack=settings.stack,
            region=settings.region,
            account_id=self._account_id,
            zone_ids=choose_zones(
                settings.region, zones.zone_ids, settings.network.availability_zones
            ),
            settings=settings.network,
            retention_days=settings.logs.retention_days,
        )
        return Network(name, args, self._children)

    def _add_load_balancer(self, name: str) -> LoadBalancer:
        settings = self._args.settings
        # With the edge on, the certificate is CloudFront's.
        own_domain = None if settings.edge.enabled else settings.domain
        args = LoadBalancerArgs(
            stack=settings.stack,
            network=self.network,
            certificate_arn=own_domain.certificate_arn if own_domain is not None else None,
            settings=settings.load_balancer,
        )
        return LoadBalancer(name, args, self._children)

    def _add_service(self, name: str, service: str, priority: int) -> None:
        settings = self._args.settings
        task_settings = settings.http_services[service]
        self.images[service] = Images(
            f"{name}-images",
            ImagesArgs(
                stack=settings.stack,
                service=service,
                project=self._args.project,
                # A stack whose load balancer can't be deleted by mistake keeps its images as well.
                keep_on_destroy=settings.load_balancer.deletion_protection,
                settings=task_settings,
            ),
            self._children,
        )
        args = FargateServiceArgs(
            stack=settings.stack,
            region=settings.region,
            account_id=self._account_id,
            service=service,
            priority=priority,
            network=self.network,
            cluster=self.cluster,
            load_balancer=self.load_balancer,
            images=self.images[service],
            retention_days=settings.logs.retention_days,
            settings=task_settings,
        )
        self.services[service] = FargateService(name, args, self._children)

    def _add_edge(self, name: str) -> Edge:
        settings = self._args.settings
        services = settings.http_services.values()
        args = EdgeArgs(
            stack=settings.stack,
            load_balancer=self.load_balancer,
            uncached_paths=[path for service in services for path in service.paths],
            domain=settings.domain,
            settings=settings.edge,
        )
        return Edge(name, args, self._children)

    def _url(self) -> pulumi.Output[str]:
        front = self.edge.domain_name if self.edge is not None else self.load_balancer.dns_name
        domain = self._args.settings.domain
        return pulumi.Output.concat("https://", front if domain is None else domain.name)
