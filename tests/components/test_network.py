"""The network with each way out and number of zones, and the load balancer in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.network import EXCLUDED_ZONE_IDS, choose_zones
from tests.components.plans import CERTIFICATE, DOMAIN, EVERY_OPTION, WITHOUT_EDGE
from tests.components.recorder import ACCOUNT, Plan, Resource, plan

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
    (statement,) = json.loads(planned.named("hub-network-flow-logs-policy").inputs["policy"])[
        "Statement"
    ]
    assert statement["Resource"] == ["hub-network-logs:arn", "hub-network-logs:arn:*"]


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


NOT_FOUND = [
    {
        "type": "fixed-response",
        "fixedResponse": {
            "contentType": "text/plain",
            "messageBody": "Not found",
            "statusCode": "404",
        },
    }
]


def listeners(planned: Plan) -> list[tuple[int, str]]:
    return sorted(
        (listener.inputs["port"], listener.inputs["protocol"])
        for listener in planned.of_type("lb/listener:Listener")
    )


def ingress(planned: Plan) -> list[dict[str, object]]:
    """Who may come in at the load balancer, by port."""
    rules = [
        resource.inputs
        for resource in planned.of_type("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if resource.inputs["securityGroupId"] == "hub-load-balancer-security-group:id"
    ]
    peers = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId", "fromPort")
    opened = [{key: rule[key] for key in (*peers, "toPort") if key in rule} for rule in rules]
    return sorted(opened, key=lambda rule: rule["fromPort"])


def test_behind_the_edge_it_is_internal_and_only_cloudfront_comes_in() -> None:
    planned = plan("dev")
    balancer = planned.one("lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["internal"] is True
    assert balancer.inputs["subnets"] == ["hub-network-private-0:id", "hub-network-private-1:id"]
    assert listeners(planned) == [(80, "HTTP")]
    assert planned.one("lb/listener:Listener").inputs["defaultActions"] == NOT_FOUND
    assert ingress(planned) == [{"prefixListId": "pl-cloudfront", "fromPort": 80, "toPort": 80}]


def test_behind_the_edge_a_domain_makes_it_no_less_internal() -> None:
    planned = plan("dev", DOMAIN)
    assert planned.one("lb/loadBalancer:LoadBalancer").inputs["internal"] is True
    assert listeners(planned) == [(80, "HTTP")]


def test_without_the_edge_it_faces_the_internet_and_speaks_tls() -> None:
    planned = plan("dev", *WITHOUT_EDGE)
    balancer = planned.one("lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["internal"] is False
    assert balancer.inputs["subnets"] == ["hub-network-public-0:id", "hub-network-public-1:id"]
    assert listeners(planned) == [(80, "HTTP"), (443, "HTTPS")]
    https = planned.named("hub-load-balancer-https").inputs
    assert https["certificateArn"] == CERTIFICATE
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert https["defaultActions"] == NOT_FOUND
    anyone = {"cidrIpv4": "0.0.0.0/0"}
    assert ingress(planned) == [
        {**anyone, "fromPort": 80, "toPort": 80},
        {**anyone, "fromPort": 443, "toPort": 443},
    ]


def test_without_the_edge_port_80_does_nothing_but_redirect() -> None:
    http = plan("dev", *WITHOUT_EDGE).named("hub-load-balancer-http")
    assert http.inputs["defaultActions"] == [
        {
            "type": "redirect",
            "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"},
        }
    ]


def test_without_the_edge_the_services_rules_are_on_the_tls_listener() -> None:
    rules = plan("dev", *WITHOUT_EDGE).of_type("lb/listenerRule:ListenerRule")
    assert {rule.inputs["listenerArn"] for rule in rules} == {"hub-load-balancer-https:arn"}


def test_it_refuses_malformed_requests() -> None:
    balancer = plan("dev").one("lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["dropInvalidHeaderFields"] is True
    assert balancer.inputs["desyncMitigationMode"] == "defensive"


def test_it_waits_for_the_internet_gateway() -> None:
    planned = plan("dev")
    balancer = planned.one("lb/loadBalancer:LoadBalancer")
    assert "hub-network-public-internet" in planned.names(balancer.dependencies)


def test_deletion_protection_idle_timeout_and_access_logs_are_as_set() -> None:
    plain = plan("dev", "buylink:loadBalancer.idleTimeout=65").one("lb/loadBalancer:LoadBalancer")
    assert plain.inputs["enableDeletionProtection"] is False
    assert plain.inputs["idleTimeout"] == 65
    assert "accessLogs" not in plain.inputs
    logged = plan("prod", "buylink:loadBalancer.accessLogsBucket=mine").one(
        "lb/loadBalancer:LoadBalancer"
    )
    assert logged.inputs["enableDeletionProtection"] is True
    assert logged.inputs["accessLogs"] == {"bucket": "mine", "enabled": True}


def test_it_reaches_the_services_on_their_ports_and_nothing_else() -> None:
    planned = plan("dev", "buylink:services.ingestion-api.port=9000")
    reached = {
        rule.inputs["referencedSecurityGroupId"]: (rule.inputs["fromPort"], rule.inputs["toPort"])
        for rule in planned.of_type("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
        if rule.inputs["securityGroupId"] == "hub-load-balancer-security-group:id"
    }
    assert reached == {
        "hub-ingestion-api-security-group:id": (9000, 9000),
        "hub-product-service-security-group:id": (8080, 8080),
    }


US_EAST_1 = [f"use1-az{number}" for number in range(1, 7)]


@given(st.permutations(US_EAST_1), st.integers(min_value=2, max_value=3))
def test_zones_are_the_same_ones_in_whatever_order_aws_lists_them(
    listed: list[str], count: int
) -> None:
    assert choose_zones("us-east-1", listed, count) == ("use1-az1", "use1-az2", "use1-az4")[:count]


def test_zones_that_fargate_leaves_out_are_never_chosen() -> None:
    for region, excluded in EXCLUDED_ZONE_IDS.items():
        usable = {"z-1", "z-2"}
        assert set(choose_zones(region, {*excluded, *usable}, 2)) == usable


def test_too_few_zones_are_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="availabilityZones") as error:
        choose_zones("us-east-1", ["use1-az1", "use1-az2", "use1-az3"], 3)
    assert str(error.value) == (
        "expected 3 availability zones in us-east-1, got 2 (use1-az1, use1-az2) without those that "
        "Fargate or CloudFront leave out (use1-az3): lower buylink:network.availabilityZones or "
        "choose another region"
    )
