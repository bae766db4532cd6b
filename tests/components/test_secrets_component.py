"""Secrets: none is empty, none is in the clear, none that was put by hand is lost."""

from __future__ import annotations

import json
from typing import get_args

import pulumi
import pytest
from pulumi_aws import iam

from components.common.child_factory import tags
from components.common.iam import Statement, policy_document
from components.storage.secrets import NOT_SET, Purpose, Secrets, SecretsArgs
from tests.components.keeping_recorder import SECRET, record_kept, secret
from tests.components.recorder import Plan

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
    found = {it.name for it in planned().of_type(SECRETS)}
    assert found == {f"hub-secrets-{purpose}" for purpose in PURPOSES}
    assert set(PURPOSES) == GENERATED | ISSUED


def test_each_says_what_it_is_for_and_whose_it_is() -> None:
    plan = planned()
    for purpose in PURPOSES:
        inputs = plan.named(f"hub-secrets-{purpose}").inputs
        assert len(inputs["description"]) > 10
        assert inputs["tags"] == tags("dev", "secrets", purpose)


def test_their_names_are_pulumis_as_a_deleted_ones_stays_taken() -> None:
    for it in planned().of_type(SECRETS):
        assert not {"name", "namePrefix"} & set(it.inputs), it.name


@pytest.mark.parametrize("days", [0, 7, 30])
def test_they_can_be_recovered_for_as_long_as_the_settings_say(days: int) -> None:
    assert {it.inputs["recoveryWindowInDays"] for it in planned(days).of_type(SECRETS)} == {days}


def test_none_is_empty() -> None:
    versions = planned().of_type(VERSIONS)
    assert {it.inputs["secretId"] for it in versions} == {
        f"hub-secrets-{purpose}:arn" for purpose in PURPOSES
    }
    assert all(it.inputs["secretString"]["value"] for it in versions)


def test_no_value_is_in_the_clear() -> None:
    for it in planned().of_type(VERSIONS):
        assert SECRET.items() <= it.inputs["secretString"].items(), it.name


def test_the_hubs_own_keys_are_generated_and_fit_everywhere() -> None:
    plan = planned()
    passwords = {it.name: it.inputs for it in plan.of_type(PASSWORDS)}
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
    children = [it for it in plan.resources if it.parent == component.urn]
    assert len(children) == 2 * len(PURPOSES) + len(GENERATED)
