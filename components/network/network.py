"""The VPC: where tasks and load balancers live, and their way to the internet and to AWS."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_aws
from pulumi_aws import ec2, iam

from components.common.child_factory import ChildFactory, add_log_group
from components.common.iam import service_trust
from components.network.security_rules import ANYWHERE, HTTPS, Peer, allow_in

NatGateways = Literal["none", "single", "dual"]
NAT_GATEWAYS: Mapping[NatGateways, int] = {"none": 0, "single": 1, "dual": 2}


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What a Network is made from.

    `cidr` and the subnets are CIDR blocks; `zone_ids` hold the zone of each public and of each
    private subnet. `interface_endpoints` are AWS services such as `ecr.api`. Flow logs are kept for
    `retention_days`.
    """

    stack: str
    region: str
    account_id: str
    zone_ids: Sequence[str]
    cidr: str
    public_subnets: Sequence[str]
    private_subnets: Sequence[str]
    nat_gateways: NatGateways
    interface_endpoints: Sequence[str]
    flow_logs: bool
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
        props: pulumi.Inputs = {
            "cidrBlock": args.cidr,
            "zoneIds": list(args.zone_ids),
            "natGateways": args.nat_gateways,
        }
        super().__init__("buylink:network:Network", name, props, opts)
        child = ChildFactory(self, args.stack, "network")
        vpc = _add_vpc(child, args.cidr)
        public = _add_subnets(child, vpc, "public", args.zone_ids, args.public_subnets)
        private = _add_subnets(child, vpc, "private", args.zone_ids, args.private_subnets)
        public_table = _add_route_table(child, vpc, "public", public)
        private_tables = [
            _add_route_table(child, vpc, f"private-{index}", [subnet])
            for index, subnet in enumerate(private)
        ]
        self.internet_route = _add_internet_route(child, vpc, public_table)
        nat_subnets = public[: NAT_GATEWAYS[args.nat_gateways]]
        nat_routes = _add_nat_routes(child, nat_subnets, private_tables, self.internet_route)
        self.ways_out = [self.internet_route, *nat_routes]

        self.vpc_id = vpc.id
        self.public_subnet_ids = [subnet.id for subnet in public]
        self.private_subnet_ids = [subnet.id for subnet in private]
        self.assign_public_ip = not nat_subnets
        self.task_subnet_ids = (
            self.public_subnet_ids if self.assign_public_ip else self.private_subnet_ids
        )
        task_tables = [public_table, *private_tables] if self.assign_public_ip else private_tables
        add_gateway_endpoints(child, args.region, vpc, task_tables)
        if args.interface_endpoints:
            add_interface_endpoints(
                child, args.region, vpc, self.private_subnet_ids, args.interface_endpoints
            )
        if args.flow_logs:
            add_flow_logs(
                child, vpc, account_id=args.account_id, retention_days=args.retention_days
            )
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "publicSubnetIds": self.public_subnet_ids,
                "privateSubnetIds": self.private_subnet_ids,
                "taskSubnetIds": self.task_subnet_ids,
                "assignPublicIp": self.assign_public_ip,
            }
        )


def _add_vpc(child: ChildFactory, cidr: str) -> ec2.Vpc:
    vpc = ec2.Vpc(
        child.name("vpc"),
        cidr_block=cidr,
        enable_dns_hostnames=True,
        enable_dns_support=True,
        tags=child.tags("vpc"),
        opts=child.opts(),
    )
    ec2.DefaultSecurityGroup(
        child.name("default-security-group"),
        vpc_id=vpc.id,
        ingress=[],
        egress=[],
        tags=child.tags("default-closed"),
        opts=child.opts(),
    )
    return vpc


def _add_subnets(
    child: ChildFactory, vpc: ec2.Vpc, kind: str, zone_ids: Sequence[str], blocks: Sequence[str]
) -> list[ec2.Subnet]:
    return [
        ec2.Subnet(
            child.name(f"{kind}-{index}"),
            vpc_id=vpc.id,
            availability_zone_id=zone_id,
            cidr_block=block,
            map_public_ip_on_launch=False,
            tags=child.tags(f"{kind}-{zone_id}"),
            opts=child.opts(),
        )
        for index, (zone_id, block) in enumerate(zip(zone_ids, blocks, strict=True))
    ]


def _add_route_table(
    child: ChildFactory, vpc: ec2.Vpc, label: str, subnets: Sequence[ec2.Subnet]
) -> ec2.RouteTable:
    table = ec2.RouteTable(
        child.name(f"{label}-routes"),
        vpc_id=vpc.id,
        tags=child.tags(f"{label}-routes"),
        opts=child.opts(),
    )
    for subnet in subnets:
        # The subnet's own name, so that every association has one of its own.
        ec2.RouteTableAssociation(
            f"{subnet.pulumi_resource_name}-routes",
            route_table_id=table.id,
            subnet_id=subnet.id,
            opts=child.opts(),
        )
    return table


def _add_internet_route(child: ChildFactory, vpc: ec2.Vpc, table: ec2.RouteTable) -> ec2.Route:
    gateway = ec2.InternetGateway(
        child.name("internet-gateway"),
        vpc_id=vpc.id,
        tags=child.tags("internet-gateway"),
        opts=child.opts(),
    )
    return ec2.Route(
        child.name("public-internet"),
        route_table_id=table.id,
        destination_cidr_block=ANYWHERE,
        gateway_id=gateway.id,
        opts=child.opts(),
    )


def _add_nat_routes(
    child: ChildFactory,
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
            child.name(f"nat-{index}-address"),
            domain="vpc",
            tags=child.tags(f"nat-{index}"),
            opts=child.opts(internet_route),
        )
        gateways.append(
            ec2.NatGateway(
                child.name(f"nat-{index}"),
                subnet_id=subnet.id,
                allocation_id=address.id,
                connectivity_type="public",
                tags=child.tags(f"nat-{index}"),
                opts=child.opts(internet_route),
            )
        )
    return [
        ec2.Route(
            child.name(f"private-{index}-nat"),
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=gateways[index % len(gateways)].id,
            opts=child.opts(),
        )
        for index, table in enumerate(tables if gateways else ())
    ]


GATEWAY_SERVICES = ("s3", "dynamodb")
"""The two services with gateway endpoints, which cost nothing.
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""


def add_gateway_endpoints(
    child: ChildFactory, region: str, vpc: ec2.Vpc, route_tables: Sequence[ec2.RouteTable]
) -> None:
    """Routes S3 and DynamoDB traffic of `route_tables` past NAT and internet gateways."""
    for service in GATEWAY_SERVICES:
        ec2.VpcEndpoint(
            child.name(f"{service}-endpoint"),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in route_tables],
            tags=child.tags(f"{service}-endpoint"),
            opts=child.opts(),
        )


def add_interface_endpoints(
    child: ChildFactory,
    region: str,
    vpc: ec2.Vpc,
    subnet_ids: Sequence[pulumi.Output[str]],
    services: Sequence[str],
) -> None:
    """An endpoint in each subnet for each service (such as `ecr.api`), open to the VPC on 443."""
    group = ec2.SecurityGroup(
        child.name("endpoints-security-group"),
        vpc_id=vpc.id,
        description="Interface endpoints: HTTPS from inside the VPC",
        tags=child.tags("endpoints"),
        opts=child.opts(),
    )
    allow_in(
        child,
        "endpoints-from-vpc",
        group.id,
        HTTPS,
        Peer(cidr_ipv4=vpc.cidr_block),
        "HTTPS from inside the VPC",
    )
    for service in services:
        label = f"{service.replace('.', '-')}-endpoint"
        ec2.VpcEndpoint(
            child.name(label),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=list(subnet_ids),
            security_group_ids=[group.id],
            tags=child.tags(label),
            opts=child.opts(),
        )


WRITE_ACTIONS = [
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
]
"""https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html"""


def add_flow_logs(
    child: ChildFactory, vpc: ec2.Vpc, *, account_id: str, retention_days: int
) -> None:
    """Logs rejected traffic alone: it shows probing, and accepted traffic would cost far more."""
    logs = add_log_group(child, "network/flow-logs", retention_days)
    role = iam.Role(
        child.name("flow-logs-role"),
        description="VPC flow logs: write to their log group",
        assume_role_policy=json.dumps(
            service_trust("vpc-flow-logs.amazonaws.com", account_id=account_id)
        ),
        tags=child.tags("flow-logs-role"),
        opts=child.opts(),
    )
    policy = iam.RolePolicy(
        child.name("flow-logs-policy"),
        role=role.name,
        policy=pulumi.Output.json_dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": WRITE_ACTIONS,
                        "Resource": [logs.arn, pulumi.Output.concat(logs.arn, ":*")],
                    }
                ],
            }
        ),
        opts=child.opts(),
    )
    ec2.FlowLog(
        child.name("flow-logs"),
        vpc_id=vpc.id,
        traffic_type="REJECT",
        log_destination_type="cloud-watch-logs",
        log_destination=logs.arn,
        iam_role_arn=role.arn,
        tags=child.tags("flow-logs"),
        opts=child.opts(policy),
    )


EXCLUDED_ZONE_IDS: Mapping[str, frozenset[str]] = {
    "ap-northeast-1": frozenset({"apne1-az3"}),
    "us-east-1": frozenset({"use1-az3"}),
    "us-west-1": frozenset({"usw1-az2"}),
}
"""Zones by region where Fargate starts no task, or CloudFront reaches no VPC origin. They go by ID:
their names differ between accounts.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html"""


def choose_zones(region: str, zone_ids: Iterable[str], count: int) -> tuple[str, ...]:
    """The `count` zones to use of the `zone_ids` that an account has, the same ones every time.

    Raises ValueError when there are too few.
    """
    excluded = EXCLUDED_ZONE_IDS.get(region, frozenset())
    usable = sorted(set(zone_ids) - excluded)
    if len(usable) < count:
        raise ValueError(
            f"expected {count} availability zones in {region}, got {len(usable)} "
            f"({', '.join(usable) or 'none'}) without those that Fargate or CloudFront leave out "
            f"({', '.join(sorted(excluded)) or 'none'}): lower buylink:network.availabilityZones "
            "or choose another region"
        )
    return tuple(usable[:count])


def available_zones(parent: pulumi.Resource) -> Sequence[str]:
    """The IDs of the zones that this account may use without opting in, as AWS answers."""
    opted_in = pulumi_aws.GetAvailabilityZonesFilterArgs(
        name="opt-in-status", values=["opt-in-not-required"]
    )
    return pulumi_aws.get_availability_zones(
        state="available", filters=[opted_in], opts=pulumi.InvokeOptions(parent=parent)
    ).zone_ids
