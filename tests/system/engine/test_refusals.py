"""Each mandatory policy refuses a preview of the real engine, in our words."""

import json
from pathlib import Path

import pytest

from policies.rules import RULES
from tests.system.engine.driving import deployment

PLANTED = """
from pulumi_aws import cloudwatch, dynamodb, ec2, ecr, ecs, lambda_, lb, s3, secretsmanager, sqs

ec2.SecurityGroup(
    "open", ingress=[{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": ["0.0.0.0/0"]}]
)
ec2.VpcEndpoint("dear", vpc_id="vpc-1", service_name="s", vpc_endpoint_type="Interface")
lb.Listener(
    "plain", load_balancer_arn="arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/x/1",
    port=80, protocol="HTTP", default_actions=[{"type": "forward", "targetGroupArn": "arn"}],
)
ecr.Repository("mutable", image_tag_mutability="MUTABLE")
ecs.Service(
    "careless", launch_type="FARGATE", desired_count=11, task_definition="family:1",
)
ecs.TaskDefinition(
    "huge", family="huge", cpu="4096", memory="8192",
    container_definitions='[{"name": "a", "environment": [{"name": "DB_PASSWORD", "value": "x"}]}]',
)
cloudwatch.LogGroup("forever")
cloudwatch.MetricAlarm(
    "mute", comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=1
)
dynamodb.Table(
    "provisioned", billing_mode="PROVISIONED", read_capacity=1, write_capacity=1, hash_key="a",
    attributes=[{"name": "a", "type": "S"}],
)
lambda_.Function(
    "long", role="arn:aws:iam::123456789012:role/r", timeout=900, runtime="python3.13", handler="h"
)
s3.Bucket("open")
secretsmanager.Secret("gone", recovery_window_in_days=0)
sqs.Queue("lossy")
for number in range(7):
    ec2.NatGateway(f"nat-{number}", subnet_id="subnet-1", allocation_id="eipalloc-1")
"""


def test_a_planted_violation_of_each_mandatory_policy_is_refused_in_our_words(
    tmp_path: Path,
) -> None:
    # In prod, whose caps are the strictest, with a budget over its limit.
    plan = deployment(tmp_path, "prod", ("buylink:budget.limit=1000",), PLANTED).preview()
    assert plan.error
    refused = {violation.policy for violation in plan.violations if violation.level == "mandatory"}
    missing = [rule.id for rule in RULES if not refused & set(rule.names)]
    assert missing == [], "plant a violation of each policy in PLANTED"
    ids = {name: rule.id for rule in RULES for name in rule.names}
    foreign = [
        violation
        for violation in plan.violations
        if not violation.message.startswith(f"{ids[violation.policy]}: ")
    ]
    assert foreign == []
    tasks = [
        violation.message
        for violation in plan.violations
        if ids[violation.policy] == "ecs-max-tasks"
    ]
    assert any("11" in message and "at most 10" in message for message in tasks)


@pytest.mark.parametrize(
    ("config", "level"),
    [
        ({"ecs-max-tasks": {"maxTasks": 12}}, None),
        ({"ecs-max-tasks": "advisory"}, "advisory"),
        ({"ecs-max-tasks": {"maxTasks": 11}}, "mandatory"),
        ({"log-retention": {"maxLogRetentionDays": 30}}, "mandatory"),
    ],
)
def test_a_policy_configuration_changes_what_it_names_and_nothing_else(
    tmp_path: Path, config: dict[str, object], level: str | None
) -> None:
    file = tmp_path / "policies.json"
    file.write_text(json.dumps(config))
    stack = deployment(tmp_path, "prod", ("buylink:services.ingestion-api.maxTasks=12",))
    plan = stack.preview(pack_config=file)
    expected = [] if level is None else [("ecs-max-tasks", level)]
    assert [(violation.policy, violation.level) for violation in plan.violations] == expected
