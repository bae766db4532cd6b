"""Ways to AWS services that stay inside the VPC."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import ec2

from components.parts.owner import Owner
from components.parts.security_rules import HTTPS, Peer, allow_in

GATEWAY_SERVICES = ("s3", "dynamodb")
"""The two services with gateway endpoints, which cost nothing.
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""


def add_gateway_endpoints(
    own: Owner, region: str, vpc: ec2.Vpc, route_tables: Sequence[ec2.RouteTable]
) -> None:
    """Routes S3 and DynamoDB traffic of `route_tables` past NAT and internet gateways."""
    for service in GATEWAY_SERVICES:
        ec2.VpcEndpoint(
            own.name(f"{service}-endpoint"),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in route_tables],
            tags=own.tags(f"{service}-endpoint"),
            opts=own.opts(),
        )


def add_interface_endpoints(
    own: Owner,
    region: str,
    vpc: ec2.Vpc,
    subnet_ids: Sequence[pulumi.Output[str]],
    services: Sequence[str],
) -> None:
    """An endpoint in each subnet for each service (such as `ecr.api`), open to the VPC on 443."""
    group = ec2.SecurityGroup(
        own.name("endpoints-security-group"),
        vpc_id=vpc.id,
        description="Interface endpoints: HTTPS from inside the VPC",
        tags=own.tags("endpoints"),
        opts=own.opts(),
    )
    allow_in(
        own,
        "endpoints-from-vpc",
        group.id,
        HTTPS,
        Peer(cidr_ipv4=vpc.cidr_block),
        "HTTPS from inside the VPC",
    )
    for service in services:
        label = f"{service.replace('.', '-')}-endpoint"
        ec2.VpcEndpoint(
            own.name(label),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=list(subnet_ids),
            security_group_ids=[group.id],
            tags=own.tags(label),
            opts=own.opts(),
        )
