"""What no stack may open, whichever choices it makes, and what docs/explanation/security.md says of each check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from buylink.graph import Value
from tests.components.plans import SHAPES
from tests.components.recorder import REPOSITORY, Plan, Resource, plan

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
WORLD = {"0.0.0.0/0", "::/0"}


@pytest.fixture(params=SHAPES, scope="module")
def planned(request: pytest.FixtureRequest) -> Plan:
    stack, overrides = SHAPES[request.param]
    return plan(stack, *overrides)


def open_to_the_world(planned: Plan) -> set[tuple[str, int, int]]:
    """The group and ports of every way in for anyone."""
    return {
        (rule["securityGroupId"], rule["fromPort"], rule["toPort"])
        for rule in (resource.inputs for resource in planned.of_type(INGRESS))
        if {rule.get("cidrIpv4"), rule.get("cidrIpv6")} & WORLD
    }


def statements(planned: Plan) -> Iterator[tuple[str, dict[str, Value]]]:
    """Every statement of every policy, with its resource's name."""
    for policy in planned.of_type("iam/rolePolicy:RolePolicy"):
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            yield policy.name, statement


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_only_an_internet_facing_load_balancer_is_open_to_the_world(planned: Plan) -> None:
    balancer = planned.one("lb/loadBalancer:LoadBalancer")
    group = "hub-load-balancer-security-group:id"
    expected = set() if balancer.inputs["internal"] else {(group, 80, 80), (group, 443, 443)}
    assert open_to_the_world(planned) == expected


def test_security_groups_hold_no_rules_of_their_own(planned: Plan) -> None:
    """Rules are resources of their own, so that the tests above see them all."""
    for group in planned.of_type("ec2/securityGroup:SecurityGroup"):
        assert not {"ingress", "egress"} & set(group.inputs), group.name
    assert planned.of_type("ec2/securityGroupRule:SecurityGroupRule") == []


def test_every_rule_is_one_tcp_port_with_one_peer_and_a_description(planned: Plan) -> None:
    rules = [*planned.of_type(INGRESS), *planned.of_type(EGRESS)]
    peers = {"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}
    for rule in rules:
        assert rule.inputs["ipProtocol"] == "tcp"
        assert rule.inputs["fromPort"] == rule.inputs["toPort"]
        assert len(peers & set(rule.inputs)) == 1, rule.name
        assert rule.inputs["description"]
    for group in planned.of_type("ec2/securityGroup:SecurityGroup"):
        assert group.inputs["description"] != "Managed by Pulumi"


def test_descriptions_hold_no_character_that_aws_refuses(planned: Plan) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""
    groups = planned.of_type("ec2/securityGroup:SecurityGroup")
    for resource in (*groups, *planned.of_type(INGRESS), *planned.of_type(EGRESS)):
        text = resource.inputs["description"]
        assert re.fullmatch(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=;{}!$*]{1,255}", text), text


def test_what_is_open_outwards_is_https(planned: Plan) -> None:
    anywhere = [rule for rule in planned.of_type(EGRESS) if rule.inputs.get("cidrIpv4") in WORLD]
    assert {rule.inputs["fromPort"] for rule in anywhere} == {443}


def test_no_permission_is_for_all_actions(planned: Plan) -> None:
    unlimited = [
        (name, action)
        for name, statement in statements(planned)
        for action in as_list(statement["Action"])
        if "*" in action
    ]
    assert unlimited == []


TAKES_NO_RESOURCE = {
    "application-autoscaling:DescribeScalableTargets",
    "ce:GetAnomalies",
    "ce:GetCostAndUsage",
    "ce:GetCostForecast",
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
}
OF_OUR_CLUSTERS = {"ecs:ListServices", "ecs:ListTasks"}


def test_a_permission_for_all_resources_is_one_that_takes_none(planned: Plan) -> None:
    everywhere = [
        statement for _, statement in statements(planned) if "*" in as_list(statement["Resource"])
    ]
    actions = {action for statement in everywhere for action in as_list(statement["Action"])}
    assert actions == TAKES_NO_RESOURCE | OF_OUR_CLUSTERS
    for statement in everywhere:
        if OF_OUR_CLUSTERS & set(as_list(statement["Action"])):
            clusters = statement["Condition"]["ArnEquals"]["ecs:cluster"]
            assert len(clusters) == 2
            assert "*" not in "".join(clusters)


def test_only_what_carries_the_stacks_tag_can_be_stopped(planned: Plan) -> None:
    stops = {
        "application-autoscaling:RegisterScalableTarget",
        "ecs:UpdateCluster",
        "ecs:UpdateService",
    }
    allowed = [
        (action, statement.get("Condition", {}).get("StringEquals", {}))
        for _, statement in statements(planned)
        for action in as_list(statement["Action"])
        if action in stops
    ]
    assert {action for action, _ in allowed} == stops
    assert all(set(condition) == {"aws:ResourceTag/Stack"} for _, condition in allowed)


def test_permissions_are_given_by_our_own_policies_alone(planned: Plan) -> None:
    for role in planned.of_type("iam/role:Role"):
        assert not {"managedPolicyArns", "inlinePolicies"} & set(role.inputs), role.name
    assert planned.of_type("iam/rolePolicyAttachment:RolePolicyAttachment") == []


def test_roles_are_trusted_to_aws_services_alone(planned: Plan) -> None:
    for role in planned.of_type("iam/role:Role"):
        for statement in json.loads(role.inputs["assumeRolePolicy"])["Statement"]:
            assert list(statement["Principal"]) == ["Service"]
            assert statement["Principal"]["Service"].endswith(".amazonaws.com")


def test_every_log_group_has_a_retention(planned: Plan) -> None:
    groups = planned.of_type("cloudwatch/logGroup:LogGroup")
    assert groups
    assert all(group.inputs["retentionInDays"] > 0 for group in groups)


def test_no_subnet_hands_out_public_addresses(planned: Plan) -> None:
    subnets = planned.of_type("ec2/subnet:Subnet")
    assert {subnet.inputs["mapPublicIpOnLaunch"] for subnet in subnets} == {False}


@pytest.mark.parametrize("peer", [{"cidrIpv4": "0.0.0.0/0"}, {"cidrIpv6": "::/0"}])
def test_an_opened_port_would_be_seen(peer: dict[str, str]) -> None:
    rule = {"securityGroupId": "tasks", "fromPort": 22, "toPort": 22, **peer}
    opened = Plan(resources=[_resource(f"aws:{INGRESS}", rule)])
    assert open_to_the_world(opened) == {("tasks", 22, 22)}


def _resource(type_: str, inputs: dict[str, Value]) -> Resource:
    return Resource("urn", type_, "name", "", inputs, (), frozenset(), {})


CHECKS = {
    "CKV_AWS_": "2 7 18 21 23 27 28 50 65 66 91 103 115 116 117 119 130 131 144 145 149 150 158 260 272 "
    "300 336 338 378 382 "
    "19 20 24 25 33 45 57 60 61 93 97 168 223 227 249 261 274 277 328 333 334 335 363 393",
    "CKV2_AWS_": "5 6 11 12 16 19 20 28 35 44 56 57 61 62 64 73 74 75 76",
}
"""What Checkov has to say of a Fargate design like this, failed or passed."""


@pytest.mark.parametrize("prefix", CHECKS)
def test_docs_answer_every_check_of_a_careful_reviewer(prefix: str) -> None:
    page = (REPOSITORY / "docs/explanation/security.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    answered = {
        check: row.split("|")[-2].strip()
        for row in rows
        for check in re.findall(r"CKV2?_AWS_\d+", row.split("|")[1])
    }
    for number in CHECKS[prefix].split():
        assert answered.get(f"{prefix}{number}"), f"{prefix}{number}"
