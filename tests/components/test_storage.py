"""What the hub keeps, and its secrets."""

from __future__ import annotations

import json
from typing import Any, get_args

import pulumi
import pytest
from pulumi_aws import iam

from buylink.settings.stack_files import read_stack_file, settings_from
from components.common.child_factory import tags
from components.common.iam import Statement, policy_document
from components.hub.arguments import HubArguments
from components.storage.secrets import NOT_SET, Purpose, Secrets, SecretsArgs
from components.storage.storage import Storage
from tests.components.recorder import ACCOUNT, REPOSITORY, SECRET, Plan, record_kept, secret

KEY = "kms/key:Key"


def stored(stack: str) -> tuple[Plan, set[str]]:
    settings = settings_from(read_stack_file(REPOSITORY, stack))
    arguments = HubArguments(settings=settings, project=REPOSITORY, account_id=ACCOUNT)

    def program() -> None:
        Storage("hub-storage", arguments.storage(thumbnails_reader=None))

    return record_kept(program)


def key(stack: str) -> dict[str, Any]:
    return stored(stack)[0].one(KEY).inputs


@pytest.mark.parametrize(("stack", "is_kept"), [("dev", False), ("prod", True)])
def test_the_guards_table_holds_an_item_a_stack_and_is_kept_as_the_others(
    stack: str, *, is_kept: bool
) -> None:
    table = stored(stack)[0].named("hub-storage-guard-table").inputs
    assert table["name"] == f"buylink-{stack}-guard"
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["hashKey"] == "stack"
    assert table["attributes"] == [{"name": "stack", "type": "S"}]
    assert table["pointInTimeRecovery"] == {"enabled": is_kept}
    assert table["deletionProtectionEnabled"] is is_kept


@pytest.mark.parametrize(("stack", "days"), [("dev", 7), ("prod", 30)])
def test_a_deleted_key_comes_back_for_as_long_as_secrets_do_and_a_week_at_least(
    stack: str, days: int
) -> None:
    assert key(stack)["deletionWindowInDays"] == days


def test_only_prods_key_is_protected() -> None:
    assert "hub-storage-token-key-key" in stored("prod")[1]
    assert "hub-storage-token-key-key" not in stored("dev")[1]


def test_no_rotation_adds_to_the_keys_price() -> None:
    assert key("prod")["enableKeyRotation"] is False


def test_the_key_itself_lets_in_nobody_but_whom_the_accounts_iam_does() -> None:
    (statement,) = json.loads(key("prod")["policy"])["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


SECRETS = "secretsmanager/secret:Secret"
VERSIONS = "secretsmanager/secretVersion:SecretVersion"
PASSWORDS = "random:index/randomPassword:RandomPassword"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
GENERATED = {"jwt-signing-key", "webhook-signing-key", "ingestion-api-key", "product-api-key"}
ISSUED = {"tiktok-client"}


def planned(recovery_days: int = 30) -> Plan:
    def program() -> None:
        args = SecretsArgs(stack="dev", recovery_days=recovery_days)
        secrets = Secrets("hub-secrets", args)
        pulumi.export("arns", {**secrets.arns})
        reading = Statement(["secretsmanager:GetSecretValue"], [secrets.arns["jwt-signing-key"]])
        iam.RolePolicy("reader", role="role", policy=policy_document([reading]))

    return record_kept(program)[0]


def test_there_is_one_for_each_purpose() -> None:
    names = {resource.name for resource in planned().of_type(SECRETS)}
    assert names == {f"hub-secrets-{purpose}" for purpose in PURPOSES}
    assert set(PURPOSES) == GENERATED | ISSUED


def test_each_says_what_it_is_for_and_whose_it_is() -> None:
    plan = planned()
    for purpose in PURPOSES:
        inputs = plan.named(f"hub-secrets-{purpose}").inputs
        assert len(inputs["description"]) > 10
        assert inputs["tags"] == tags("dev", "secrets", purpose)


def test_their_names_are_pulumis_as_a_deleted_ones_stays_taken() -> None:
    for resource in planned().of_type(SECRETS):
        assert not {"name", "namePrefix"} & set(resource.inputs), resource.name


@pytest.mark.parametrize("days", [0, 7, 30])
def test_they_can_be_recovered_for_as_long_as_the_settings_say(days: int) -> None:
    assert {
        resource.inputs["recoveryWindowInDays"] for resource in planned(days).of_type(SECRETS)
    } == {days}


def test_none_is_empty() -> None:
    versions = planned().of_type(VERSIONS)
    assert {resource.inputs["secretId"] for resource in versions} == {
        f"hub-secrets-{purpose}:arn" for purpose in PURPOSES
    }
    assert all(resource.inputs["secretString"]["value"] for resource in versions)


def test_no_value_is_in_the_clear() -> None:
    for resource in planned().of_type(VERSIONS):
        assert SECRET.items() <= resource.inputs["secretString"].items(), resource.name


def test_the_hubs_own_keys_are_generated_and_fit_everywhere() -> None:
    plan = planned()
    passwords = {resource.name: resource.inputs for resource in plan.of_type(PASSWORDS)}
    key = {"length": 64, "special": False}
    assert passwords == {f"hub-secrets-{purpose}-generated": key for purpose in GENERATED}
    for purpose in GENERATED:
        version = plan.named(f"hub-secrets-{purpose}-value")
        value = secret(f"hub-secrets-{purpose}-generated:result")
        assert version.inputs["secretString"] == value
        assert version.ignore_changes == ()


def test_what_others_issue_starts_as_a_placeholder_in_its_own_form() -> None:
    plan = planned()
    client = plan.named("hub-secrets-tiktok-client-value").inputs["secretString"]
    assert json.loads(client["value"]) == {"client_key": NOT_SET, "client_secret": NOT_SET}


def test_a_value_put_by_hand_is_left_alone() -> None:
    """A placeholder without a label is deleted one day, and would then be made current again."""
    plan = planned()
    for purpose in ISSUED:
        version = plan.named(f"hub-secrets-{purpose}-value")
        assert version.ignore_changes == ("secretString", "versionStages")
        assert version.inputs["versionStages"] == ["PLACEHOLDER"]


def test_a_reader_waits_for_the_value() -> None:
    plan = planned()
    reader = plan.one("iam/rolePolicy:RolePolicy")
    (statement,) = json.loads(reader.inputs["policy"])["Statement"]
    assert statement["Resource"] == ["hub-secrets-jwt-signing-key:arn"]
    assert plan.names(reader.dependencies) == {"hub-secrets-jwt-signing-key-value"}


def test_it_tells_where_each_one_is() -> None:
    plan = planned()
    arns = {purpose: f"hub-secrets-{purpose}:arn" for purpose in PURPOSES}
    assert plan.exports["arns"] == arns
    component = plan.one("buylink:secrets:Secrets")
    assert plan.outputs[component.urn] == {"arns": arns}
    children = [child for child in plan.resources if child.parent == component.urn]
    assert len(children) == 2 * len(PURPOSES) + len(GENERATED)
