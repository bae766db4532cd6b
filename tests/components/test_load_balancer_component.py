"""The load balancer, behind the edge and before the internet."""

from __future__ import annotations

from tests.components.recorder import Plan, plan
from tests.components.shapes import CERTIFICATE, DOMAIN, WITHOUT_EDGE

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
