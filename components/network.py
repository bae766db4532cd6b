"""The VPC: where tasks and load balancers live, and their way to the internet and to AWS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from buylink.settings.network import NetworkSettings
from components.parts.endpoints import add_gateway_endpoints, add_interface_endpoints
from components.parts.flow_logs import add_flow_logs
from components.parts.owner import Owner
from components.parts.security_rules import ANYWHERE


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What a Network is made from.

    `zone_ids` hold one zone for each that `settings` asks for; `account_id` and `retention_days`
    are for the flow logs.
    """

    stack: str
    region: str
    account_id: str
    zone_ids: Sequence[str]
    settings: NetworkSettings
    retention_days: int


class Network(pulumi.ComponentResource):
    """A VPC over several zones.

    - a public and a private subnet in each zone, none of which hands out public addresses
    - an internet gateway, and no, one or two NAT gateways
    - a private route table in each zone, so that another number of NAT gateways changes only routes
    - gateway endpoints for S3 and DynamoDB, which are free and keep that traffic off the NAT
    - the VPC's default security group without any rule
    - where asked for, flow logs of rejected traffic and interface endpoints
    """

    vpc_id: pulumi.Output[str]
    public_subnet_ids: list[pulumi.Output[str]]
    private_subnet_ids: list[pulumi.Output[str]]
    task_subnet_ids: list[pulumi.Output[str]]
    """Where tasks run: the private subnets or, without NAT, the public ones."""
    assign_public_ip: bool
    """Whether tasks need a public address to reach the internet: without NAT they do."""
    internet_route: ec2.Route
    ways_out: list[ec2.Route]
    """Tasks wait for all of them: a first task that can't pull its image fails its deployment."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = args.settings
        props: pulumi.Inputs = {
            "cidrBlock": str(settings.cidr),
            "zoneIds": list(args.zone_ids),
            "natGateways": settings.nat_gateways,
        }
        super().__init__("buylink:network:Network", name, props, opts)
        own = Owner(self, args.stack, "network")
        vpc = _add_vpc(own, str(settings.cidr))
        public = _add_subnets(own, vpc, "public", args.zone_ids, settings.subnets.public)
        private = _add_subnets(own, vpc, "private", args.zone_ids, settings.subnets.private)
        public_table = _add_route_table(own, vpc, "public", public)
        private_tables = [
            _add_route_table(own, vpc, f"private-{index}", [subnet])
            for index, subnet in enumerate(private)
        ]
        self.internet_route = _add_internet_route(own, vpc, public_table)
        nat_subnets = public[: settings.nat_gateway_count]
        nat_routes = _add_nat_routes(own, nat_subnets, private_tables, self.internet_route)
        self.ways_out = [self.internet_route, *nat_routes]

        self.vpc_id = vpc.id
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.assign_public_ip = not nat_subnets
        self.task_subnet_ids = (
            self.public_subnet_ids if self.assign_public_ip else self.private_subnet_ids
        )
        task_tables = [public_table, *private_tables] if self.assign_public_ip else private_tables
        add_gateway_endpoints(own, args.region, vpc, task_tables)
        if settings.interface_endpoints:
            add_interface_endpoints(
                own, args.region, vpc, self.private_subnet_ids, settings.interface_endpoints
            )
        if settings.flow_logs:
            add_flow_logs(own, vpc, account_id=args.account_id, retention_days=args.retention_days)
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "publicSubnetIds": self.public_subnet_ids,
                "privateSubnetIds": self.private_subnet_ids,
                "taskSubnetIds": self.task_subnet_ids,
                "assignPublicIp": self.assign_public_ip,
            }
        )


def _add_vpc(own: Owner, cidr: str) -> ec2.Vpc:
    vpc = ec2.Vpc(
        own.name("vpc"),
        cidr_block=cidr,
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags=own.tags("vpc"),
        opts=own.opts(),
    )
    ec2.DefaultSecurityGroup(
        own.name("default-security-group"),
        vpc_id=vpc.id,
        ingress=[],
        egress=[],
        tags=own.tags("default-closed"),
        opts=own.opts(),
    )
    return vpc


def _add_subnets(
    own: Owner, vpc: ec2.Vpc, kind: str, zone_ids: Sequence[str], blocks: Sequence[object]
) -> list[ec2.Subnet]:
    return [
        ec2.Subnet(
            own.name(f"{kind}-{index}"),
            vpc_id=vpc.id,
            availability_zone_id=zone_id,
            cidr_block=str(block),
            map_public_ip_on_launch=False,
            tags=own.tags(f"{kind}-{zone_id}"),
            opts=own.opts(),
        )
        for index, (zone_id, block) in enumerate(zip(zone_ids, blocks, strict=True))
    ]


def _add_route_table(
    own: Owner, vpc: ec2.Vpc, label: str, subnets: Sequence[ec2.Subnet]
) -> ec2.RouteTable:
    table = ec2.RouteTable(
        own.name(f"{label}-routes"),
        vpc_id=vpc.id,
        tags=own.tags(f"{label}-routes"),
        opts=own.opts(),
    )
    for subnet in subnets:
        # The subnet's own name, so that every association has one of its own.
        ec2.RouteTableAssociation(
            f"{subnet.pulumi_resource_name}-routes",
            route_table_id=table.id,
            subnet_id=subnet.id,
            opts=own.opts(),
        )
    return table


def _add_internet_route(own: Owner, vpc: ec2.Vpc, table: ec2.RouteTable) -> ec2.Route:
    gateway = ec2.InternetGateway(
        own.name("internet-gateway"),
        vpc_id=vpc.id,
        tags=own.tags("internet-gateway"),
        opts=own.opts(),
    )
    return ec2.Route(
        own.name("public-internet"),
        route_table_id=table.id,
        destination_cidr_block=ANYWHERE,
        gateway_id=gateway.id,
        opts=own.opts(),
    )


def _add_nat_routes(
    own: Owner,
    nat_subnets: Sequence[ec2.Subnet],
    tables: Sequence[ec2.RouteTable],
    internet_route: ec2.Route,
) -> list[ec2.Route]:
    """A NAT gateway in each of `nat_subnets`, which are in zones of their own, and routes to them.

    With fewer gateways than zones, the zones beyond them take turns.
    """
    gateways: list[ec2.NatGateway] = []
    for index, subnet in enumerate(nat_subnets):
        address = ec2.Eip(
            own.name(f"nat-{index}-address"),
            domain="vpc",
            tags=own.tags(f"nat-{index}"),
            opts=own.opts(internet_route),
        )
        gateways.append(
            ec2.NatGateway(
                own.name(f"nat-{index}"),
                subnet_id=subnet.id,
                allocation_id=address.id,
                connectivity_type="public",
                tags=own.tags(f"nat-{index}"),
                opts=own.opts(internet_route),
            )
        )
    return [
        ec2.Route(
            own.name(f"private-{index}-nat"),
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=gateways[index % len(gateways)].id,
            opts=own.opts(),
        )
        for index, table in enumerate(tables if gateways else ())
    ]
