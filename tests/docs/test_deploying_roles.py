"""CI's roles may do what the stacks need, and nothing else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import cfnlint.api
import cfnlint.config
import pytest

from tests.cli.command import buylink
from tests.docs import role_policies
from tests.docs.role_policies import TEMPLATE, actions, known_to_aws, reads, statements, table
from tests.goldens import assert_golden

HERE = Path(__file__).resolve().parent
OPTIONS = (
    "buylink:network.flowLogs=true",
    "buylink:network.interfaceEndpoints=[ecr.api]",
    "buylink:edge.rateLimit=2000",
    "buylink:services.product-service.schedule="
    "{night: {cron: 'cron(0 20 * * ? *)', minTasks: 1, maxTasks: 1}}",
)
"""The settings that add resource types to what prod makes as it is."""


@cache
def planned_types() -> frozenset[str]:
    """The resource types of prod with all that can be switched on, as the preview plans it."""
    options = [part for option in OPTIONS for part in ("--config", option)]
    run = buylink("preview", "prod", "--format", "json", *options, cwd=HERE)
    (stack,) = json.loads(run.stdout)["stacks"]
    types = {resource["type"] for resource in stack["resources"]}
    return frozenset(kind for kind in types if kind.startswith(("aws:", "awsx:")))


def test_the_table_has_each_type_that_a_stack_makes_and_no_other() -> None:
    assert sorted(table()["types"]) == sorted(planned_types())


def test_each_action_is_one_that_aws_has() -> None:
    assert [action for action in actions(table()) if not known_to_aws(action)] == []
    assert not known_to_aws("s3:GetBucketEverything")


def test_no_action_is_a_wildcard() -> None:
    assert [action for action in actions(table()) if "*" in action] == []


@pytest.mark.parametrize("kind", sorted(table()["types"]))
def test_a_type_that_can_be_made_can_be_read(kind: str) -> None:
    named = table()["types"][kind]
    assert [action for action in named if not reads(action)] != []
    # Pushing an image reads what is there; every other type is refreshed.
    assert [action for action in named if reads(action)] != []


def test_the_template_holds_the_policies_that_the_table_makes() -> None:
    assert_golden(TEMPLATE, role_policies.template())


def test_the_previewing_role_changes_nothing() -> None:
    permissions = table()
    allowed = [
        action
        for statement in statements(permissions, filter(reads, actions(permissions)))
        for action in statement["Action"]
    ]
    assert [action for action in allowed if not reads(action)] == []
    assert "iam:PassRole" not in allowed


def test_changes_are_narrowed_to_our_names_wherever_aws_can() -> None:
    permissions = table()
    wide = {
        action
        for statement in statements(permissions, actions(permissions))
        if statement["Resource"] == "*"
        for action in statement["Action"]
        if not reads(action) and action.split(":")[0] in permissions["resources"]
    }
    # Of these AWS takes no resource.
    assert wide == {
        "ecs:DeregisterTaskDefinition",
        "kms:CreateKey",
        "sns:SetSubscriptionAttributes",
        "sns:Unsubscribe",
    }


def test_a_role_is_passed_to_named_services_alone() -> None:
    permissions = table()
    (passing,) = [
        statement
        for statement in statements(permissions, actions(permissions))
        if "iam:PassRole" in statement["Action"]
    ]
    assert passing["Resource"] == ["arn:aws:iam::${AWS::AccountId}:role/hub-*"]
    assert passing["Condition"]["StringEquals"]["iam:PassedToService"] == permissions["passedTo"]


def test_each_policy_fits_and_a_role_has_no_more_than_aws_takes() -> None:
    permissions = table()
    documents = role_policies.documents(statements(permissions, actions(permissions)))
    assert [
        document for document in documents if role_policies.size(document) > role_policies.LONGEST
    ] == []
    assert len(documents) <= 10


def test_the_template_is_one_that_cloudformation_takes() -> None:
    assert lint(TEMPLATE.read_text("utf-8")) == []
    assert lint(TEMPLATE.read_text("utf-8").replace("!Ref StateKey", "!Ref NoKey", 1)) != []


def lint(template: str) -> list[str]:
    """What cfn-lint finds in a template."""
    matches = cfnlint.api.lint(template, config=cfnlint.config.ManualArgs(regions=["us-east-1"]))
    return [str(match) for match in matches]
