"""The network, with each way out and number of zones."""

from __future__ import annotations

import json

import pytest

from tests.components.recorder import ACCOUNT, Plan, Resource, plan
from tests.components.shapes import EVERY_OPTION

ZONES = ["use1-az1", "use1-az2", "use1-az4"]
NAT_COUNT = {"none": 0, "single": 1, "dual": 2}


def network(nat: str = "single", zones: int = 2, *more: str) -> Plan:
    return plan(
        "dev",
        f"buylink:network.natGateways={nat}",
        f"buylink:network.availabilityZones={zones}",
        *more,
    )


def routes(planned: Plan) -> dict[str, tuple[str, str]]:
    """Where each route table sends what it has no other route for: a kind of gateway and which."""
    targets: dict[str, tuple[str, str]] = {}
    for route in planned.of_type("ec2/route:Route"):
        assert route.inputs["destinationCidrBlock"] == "0.0.0.0/0"
        (kind,) = {"gatewayId", "natGatewayId"} & set(route.inputs)
        targets[route.inputs["routeTableId"].removesuffix(":id")] = (kind, route.inputs[kind])
    return targets


def subnets(planned: Plan, kind: str) -> list[Resource]:
    matching = [
        subnet for subnet in planned.of_type("ec2/subnet:Subnet") if f"-{kind}-" in subnet.name
    ]
    return sorted(matching, key=lambda subnet: subnet.name)


@pytest.mark.parametrize("nat", NAT_COUNT)
@pytest.mark.parametrize("zones", [2, 3])
def test_each_zone_has_a_public_and_a_private_subnet(nat: str, zones: int) -> None:
    planned = network(nat, zones)
    for kind in ("public", "private"):
        of_this_kind = subnets(planned, kind)
        assert [subnet.inputs["availabilityZoneId"] for subnet in of_this_kind] == ZONES[:zones]
        assert {subnet.inputs["mapPublicIpOnLaunch"] for subnet in of_this_kind} == {False}


@pytest.mark.parametrize("nat", NAT_COUNT)
@pytest.mark.parametrize("zones", [2, 3])
def test_there_are_as_many_nat_gateways_as_asked_for_each_in_a_zone_of_its_own(
    nat: str, zones: int
) -> None:
    planned = network(nat, zones)
    gateways = planned.of_type("ec2/natGateway:NatGateway")
    assert len(gateways) == NAT_COUNT[nat]
    used = {gateway.inputs["subnetId"] for gateway in gateways}
    assert used == {f"hub-network-public-{index}:id" for index in range(NAT_COUNT[nat])}
    assert len(planned.of_type("ec2/eip:Eip")) == NAT_COUNT[nat]


@pytest.mark.parametrize(
    ("nat", "zones", "expected"),
    [
        ("none", 2, []),
        ("none", 3, []),
        ("single", 2, [0, 0]),
        ("single", 3, [0, 0, 0]),
        ("dual", 2, [0, 1]),
        ("dual", 3, [0, 1, 0]),
    ],
)
def test_private_subnets_reach_the_internet_through_nat_in_turn(
    nat: str, zones: int, expected: list[int]
) -> None:
    default_routes = routes(network(nat, zones))
    assert default_routes.pop("hub-network-public-routes") == (
        "gatewayId",
        "hub-network-internet-gateway:id",
    )
    assert default_routes == {
        f"hub-network-private-{zone}-routes": ("natGatewayId", f"hub-network-nat-{gateway}:id")
        for zone, gateway in enumerate(expected)
    }


@pytest.mark.parametrize("zones", [2, 3])
def test_another_number_of_nat_gateways_leaves_subnets_and_route_tables_alone(zones: int) -> None:
    lasting = ("ec2/subnet:Subnet", "ec2/routeTable:RouteTable")
    lasting += ("ec2/routeTableAssociation:RouteTableAssociation",)
    single, dual, none = (
        {
            resource.urn: resource.inputs
            for type_ in lasting
            for resource in network(nat, zones).of_type(type_)
        }
        for nat in ("single", "dual", "none")
    )
    assert single == dual == none


def test_every_subnet_has_one_route_table_of_its_kind() -> None:
    pairs = {
        association.inputs["subnetId"]: association.inputs["routeTableId"]
        for association in network("dual", 3).of_type(
            "ec2/routeTableAssociation:RouteTableAssociation"
        )
    }
    expected = {
        f"hub-network-public-{zone}:id": "hub-network-public-routes:id" for zone in range(3)
    }
    for zone in range(3):
        expected[f"hub-network-private-{zone}:id"] = f"hub-network-private-{zone}-routes:id"
    assert pairs == expected


@pytest.mark.parametrize(
    ("nat", "tables"),
    [
        ("none", ["public-routes", "private-0-routes", "private-1-routes"]),
        ("single", ["private-0-routes", "private-1-routes"]),
    ],
)
def test_s3_and_dynamodb_are_reached_through_gateway_endpoints_where_tasks_are(
    nat: str, tables: list[str]
) -> None:
    endpoints = network(nat).of_type("ec2/vpcEndpoint:VpcEndpoint")
    assert {endpoint.inputs["serviceName"] for endpoint in endpoints} == {
        "com.amazonaws.us-east-1.s3",
        "com.amazonaws.us-east-1.dynamodb",
    }
    for endpoint in endpoints:
        assert endpoint.inputs["vpcEndpointType"] == "Gateway"
        assert endpoint.inputs["routeTableIds"] == [f"hub-network-{table}:id" for table in tables]


@pytest.mark.parametrize(("nat", "kind"), [("none", "public"), ("single", "private")])
def test_tasks_have_public_addresses_only_without_nat(nat: str, kind: str) -> None:
    for service in network(nat).of_type("ecs/service:Service"):
        assert service.inputs["networkConfiguration"] == {
            "subnets": [f"hub-network-{kind}-0:id", f"hub-network-{kind}-1:id"],
            "securityGroups": [
                f"{service.name.removesuffix('-service')}-security-group:id",
            ],
            "assignPublicIp": nat == "none",
        }


@pytest.mark.parametrize("nat", NAT_COUNT)
def test_services_wait_for_every_way_out(nat: str) -> None:
    planned = network(nat, 3)
    ways_out = {route.name for route in planned.of_type("ec2/route:Route")}
    for service in planned.of_type("ecs/service:Service"):
        assert planned.names(service.dependencies) >= ways_out


def test_the_vpc_resolves_names() -> None:
    vpc = network().one("ec2/vpc:Vpc")
    assert vpc.inputs["cidrBlock"] == "10.0.0.0/16"
    assert vpc.inputs["enableDnsHostnames"] is True
    assert vpc.inputs["enableDnsSupport"] is True


def test_the_default_security_group_is_closed() -> None:
    group = network().one("ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert (group.inputs["ingress"], group.inputs["egress"]) == ([], [])


def test_flow_logs_and_interface_endpoints_are_off_unless_asked_for() -> None:
    planned = network()
    assert planned.of_type("ec2/flowLog:FlowLog") == []
    kinds = {
        endpoint.inputs["vpcEndpointType"]
        for endpoint in planned.of_type("ec2/vpcEndpoint:VpcEndpoint")
    }
    assert kinds == {"Gateway"}


def test_flow_logs_keep_rejected_traffic_for_as_long_as_other_logs() -> None:
    planned = plan("prod", *EVERY_OPTION)
    flow_log = planned.one("ec2/flowLog:FlowLog")
    assert flow_log.inputs["trafficType"] == "REJECT"
    assert flow_log.inputs["logDestination"] == "hub-network-logs:arn"
    assert planned.named("hub-network-logs").inputs["name"] == "/buylink/prod/network/flow-logs"
    assert planned.named("hub-network-logs").inputs["retentionInDays"] == 30


def test_only_this_accounts_flow_logs_may_write_to_their_log_group() -> None:
    planned = plan("prod", *EVERY_OPTION)
    (trust,) = json.loads(planned.named("hub-network-flow-logs-role").inputs["assumeRolePolicy"])[
        "Statement"
    ]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    (right,) = json.loads(planned.named("hub-network-flow-logs-policy").inputs["policy"])[
        "Statement"
    ]
    assert right["Resource"] == ["hub-network-logs:arn", "hub-network-logs:arn:*"]


def test_interface_endpoints_are_in_every_zone_and_open_to_the_vpc_alone() -> None:
    planned = plan("prod", *EVERY_OPTION)
    for service in ("ecr.api", "ecr.dkr"):
        endpoint = planned.named(f"hub-network-{service.replace('.', '-')}-endpoint")
        assert endpoint.inputs["serviceName"] == f"com.amazonaws.us-east-1.{service}"
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert endpoint.inputs["subnetIds"] == [
            f"hub-network-private-{zone}:id" for zone in range(3)
        ]
        assert endpoint.inputs["securityGroupIds"] == ["hub-network-endpoints-security-group:id"]
    rule = planned.named("hub-network-endpoints-from-vpc")
    assert rule.inputs["cidrIpv4"] == "10.0.0.0/16"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (443, 443)


def test_subnets_take_the_blocks_given_by_hand() -> None:
    planned = network(
        "single",
        2,
        "buylink:network.publicSubnets=[10.0.10.0/24, 10.0.11.0/24]",
        "buylink:network.privateSubnets=[10.0.20.0/24, 10.0.21.0/24]",
    )
    blocks = [
        subnet.inputs["cidrBlock"]
        for kind in ("public", "private")
        for subnet in subnets(planned, kind)
    ]
    assert blocks == ["10.0.10.0/24", "10.0.11.0/24", "10.0.20.0/24", "10.0.21.0/24"]
