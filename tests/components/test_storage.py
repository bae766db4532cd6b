"""What the hub keeps: its tables, its keys and its secrets."""

from __future__ import annotations

import json
from typing import cast, get_args

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_aws import iam

from buylink.graph import Value
from buylink.settings.stack_files import read_stack_file, settings_from
from components.common.child_factory import tags
from components.common.iam import Statement, policy_document
from components.hub.arguments import HubArguments
from components.storage.secrets import NOT_SET, Purpose, Secrets, SecretsArgs
from components.storage.storage import Storage
from components.storage.table import (
    Attribute,
    AttributeType,
    Index,
    Keys,
    Table,
    TableArgs,
    TableSchema,
    key_attributes,
)
from tests.components.recorder import ACCOUNT, REPOSITORY, SECRET, Plan, record_kept, secret

TABLE = "dynamodb/table:Table"
CREATOR = Attribute("creator_id")
ADDED_AT = Attribute("added_at", "N")
KEYS = Keys(partition=Attribute("video_id"))
BY_CREATOR = Index(name="by-creator", keys=Keys(partition=CREATOR, sort=ADDED_AT))
KEPT = {"point_in_time_recovery": True, "deletion_protection": True}

attributes = st.builds(
    Attribute, st.sampled_from("abcd"), st.sampled_from(cast("list[AttributeType]", ["S", "N"]))
)
keys = st.builds(Keys, partition=attributes, sort=st.none() | attributes)
indexes = st.lists(st.builds(Index, name=st.text("xyz", min_size=1), keys=keys), max_size=3)


def planned_table(
    *,
    keys: Keys = KEYS,
    indexes: tuple[Index, ...] = (),
    ttl: str | None = None,
    point_in_time_recovery: bool = False,
    deletion_protection: bool = False,
) -> tuple[Plan, set[str]]:
    """What a table makes, and what of it is protected."""

    def program() -> None:
        args = TableArgs(
            stack="dev",
            schema=TableSchema(label="videos", keys=keys, indexes=indexes, ttl_attribute=ttl),
            point_in_time_recovery=point_in_time_recovery,
            deletion_protection=deletion_protection,
        )
        table = Table("hub-videos", args)
        pulumi.export("table", [table.name, table.arn, table.index_arns])

    return record_kept(program)


def inputs(**choices: Value) -> dict[str, Value]:
    return planned_table(**choices)[0].one(TABLE).inputs


def test_it_has_the_name_that_people_use_and_is_billed_by_the_request() -> None:
    table = inputs()
    assert table["name"] == "buylink-dev-videos"
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert not {"readCapacity", "writeCapacity"} & set(table)
    assert table["tags"] == tags("dev", "videos", "table")


def test_one_key_is_enough() -> None:
    table = inputs()
    assert table["hashKey"] == "video_id"
    assert table["attributes"] == [{"name": "video_id", "type": "S"}]
    assert not {"rangeKey", "globalSecondaryIndexes", "ttl"} & set(table)


def test_a_sort_key_and_the_keys_of_indexes_are_defined_each_once() -> None:
    table = inputs(keys=Keys(partition=CREATOR, sort=Attribute("video_id")), indexes=(BY_CREATOR,))
    assert (table["hashKey"], table["rangeKey"]) == ("creator_id", "video_id")
    assert table["attributes"] == [
        {"name": "added_at", "type": "N"},
        {"name": "creator_id", "type": "S"},
        {"name": "video_id", "type": "S"},
    ]


def test_an_index_has_keys_of_its_own() -> None:
    (index,) = inputs(indexes=(BY_CREATOR,))["globalSecondaryIndexes"]
    assert index == {
        "name": "by-creator",
        "keySchemas": [
            {"attributeName": "creator_id", "keyType": "HASH"},
            {"attributeName": "added_at", "keyType": "RANGE"},
        ],
        "projectionType": "ALL",
    }


@pytest.mark.parametrize(
    ("copied", "expected"),
    [
        (None, {"projectionType": "ALL"}),
        ((), {"projectionType": "KEYS_ONLY"}),
        (("title",), {"projectionType": "INCLUDE", "nonKeyAttributes": ["title"]}),
    ],
)
def test_an_index_holds_what_it_is_given(
    copied: tuple[str, ...] | None, expected: dict[str, Value]
) -> None:
    index = Index(name="by-creator", keys=Keys(partition=CREATOR), copied=copied)
    (registered,) = inputs(indexes=(index,))["globalSecondaryIndexes"]
    assert {
        name: registered[name] for name in registered if name not in ("name", "keySchemas")
    } == expected
    assert registered["keySchemas"] == [{"attributeName": "creator_id", "keyType": "HASH"}]


def test_items_end_where_an_attribute_says_when() -> None:
    assert inputs(ttl="expires_at")["ttl"] == {"attributeName": "expires_at", "enabled": True}


def test_it_is_kept_as_the_settings_say() -> None:
    table = inputs(**KEPT)
    assert table["pointInTimeRecovery"] == {"enabled": True}
    assert table["deletionProtectionEnabled"] is True
    table = inputs()
    assert table["pointInTimeRecovery"] == {"enabled": False}
    assert table["deletionProtectionEnabled"] is False


def test_pulumi_refuses_to_delete_what_aws_would_refuse() -> None:
    assert planned_table(deletion_protection=True)[1] == {"hub-videos-table"}
    assert planned_table(point_in_time_recovery=True)[1] == set()


def test_no_customer_key_is_paid_for() -> None:
    """Without the input DynamoDB encrypts with the key that AWS owns."""
    assert "serverSideEncryption" not in inputs(**KEPT)


def test_it_tells_its_name_and_what_permissions_are_given_on() -> None:
    plan, _ = planned_table(indexes=(BY_CREATOR,))
    arns = ["hub-videos-table:arn/index/by-creator"]
    assert plan.exports["table"] == ["buylink-dev-videos", "hub-videos-table:arn", arns]
    component = plan.one("buylink:table:Table")
    assert plan.outputs[component.urn] == {
        "label": "videos",
        "name": "buylink-dev-videos",
        "arn": "hub-videos-table:arn",
        "indexArns": arns,
    }
    assert plan.one(TABLE).parent == component.urn


def test_an_attribute_of_two_types_is_refused() -> None:
    index = Index(name="by-date", keys=Keys(partition=Attribute("video_id", "N")))
    with pytest.raises(ValueError, match="one type of the key attribute 'video_id', got two"):
        key_attributes(KEYS, [index])


@given(keys, indexes)
def test_every_key_attribute_is_defined_once_and_no_other(keys: Keys, indexes: list[Index]) -> None:
    used = [
        attribute
        for each in (keys, *(index.keys for index in indexes))
        for attribute in each.attributes()
    ]
    names = {attribute.name for attribute in used}
    if len(set(used)) > len(names):
        with pytest.raises(ValueError, match="got two"):
            key_attributes(keys, indexes)
    else:
        assert [attribute.name for attribute in key_attributes(keys, indexes)] == sorted(names)


KEY = "kms/key:Key"


def stored(stack: str) -> tuple[Plan, set[str]]:
    settings = settings_from(read_stack_file(REPOSITORY, stack))
    arguments = HubArguments(settings=settings, project=REPOSITORY, account_id=ACCOUNT)

    def program() -> None:
        Storage("hub-storage", arguments.storage(thumbnails_reader=None))

    return record_kept(program)


def key(stack: str) -> dict[str, Value]:
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


def planned_secrets(recovery_days: int = 30) -> Plan:
    def program() -> None:
        args = SecretsArgs(stack="dev", recovery_days=recovery_days)
        secrets = Secrets("hub-secrets", args)
        pulumi.export("arns", {**secrets.arns})
        reading = Statement(["secretsmanager:GetSecretValue"], [secrets.arns["jwt-signing-key"]])
        iam.RolePolicy("reader", role="role", policy=policy_document([reading]))

    return record_kept(program)[0]


def test_there_is_one_for_each_purpose() -> None:
    names = {resource.name for resource in planned_secrets().of_type(SECRETS)}
    assert names == {f"hub-secrets-{purpose}" for purpose in PURPOSES}
    assert set(PURPOSES) == GENERATED | ISSUED


def test_each_says_what_it_is_for_and_whose_it_is() -> None:
    plan = planned_secrets()
    for purpose in PURPOSES:
        inputs = plan.named(f"hub-secrets-{purpose}").inputs
        assert len(inputs["description"]) > 10
        assert inputs["tags"] == tags("dev", "secrets", purpose)


def test_their_names_are_pulumis_as_a_deleted_ones_stays_taken() -> None:
    for resource in planned_secrets().of_type(SECRETS):
        assert not {"name", "namePrefix"} & set(resource.inputs), resource.name


@pytest.mark.parametrize("days", [0, 7, 30])
def test_they_can_be_recovered_for_as_long_as_the_settings_say(days: int) -> None:
    assert {
        resource.inputs["recoveryWindowInDays"]
        for resource in planned_secrets(days).of_type(SECRETS)
    } == {days}


def test_none_is_empty() -> None:
    versions = planned_secrets().of_type(VERSIONS)
    assert {resource.inputs["secretId"] for resource in versions} == {
        f"hub-secrets-{purpose}:arn" for purpose in PURPOSES
    }
    assert all(resource.inputs["secretString"]["value"] for resource in versions)


def test_no_value_is_in_the_clear() -> None:
    for resource in planned_secrets().of_type(VERSIONS):
        assert SECRET.items() <= resource.inputs["secretString"].items(), resource.name


def test_the_hubs_own_keys_are_generated_and_fit_everywhere() -> None:
    plan = planned_secrets()
    passwords = {resource.name: resource.inputs for resource in plan.of_type(PASSWORDS)}
    key = {"length": 64, "special": False}
    assert passwords == {f"hub-secrets-{purpose}-generated": key for purpose in GENERATED}
    for purpose in GENERATED:
        version = plan.named(f"hub-secrets-{purpose}-value")
        value = secret(f"hub-secrets-{purpose}-generated:result")
        assert version.inputs["secretString"] == value
        assert version.ignore_changes == ()


def test_what_others_issue_starts_as_a_placeholder_in_its_own_form() -> None:
    plan = planned_secrets()
    client = plan.named("hub-secrets-tiktok-client-value").inputs["secretString"]
    assert json.loads(client["value"]) == {"client_key": NOT_SET, "client_secret": NOT_SET}


def test_a_value_put_by_hand_is_left_alone() -> None:
    """A placeholder without a label is deleted one day, and would then be made current again."""
    plan = planned_secrets()
    for purpose in ISSUED:
        version = plan.named(f"hub-secrets-{purpose}-value")
        assert version.ignore_changes == ("secretString", "versionStages")
        assert version.inputs["versionStages"] == ["PLACEHOLDER"]


def test_a_reader_waits_for_the_value() -> None:
    plan = planned_secrets()
    reader = plan.one("iam/rolePolicy:RolePolicy")
    (statement,) = json.loads(reader.inputs["policy"])["Statement"]
    assert statement["Resource"] == ["hub-secrets-jwt-signing-key:arn"]
    assert plan.names(reader.dependencies) == {"hub-secrets-jwt-signing-key-value"}


def test_it_tells_where_each_one_is() -> None:
    plan = planned_secrets()
    arns = {purpose: f"hub-secrets-{purpose}:arn" for purpose in PURPOSES}
    assert plan.exports["arns"] == arns
    component = plan.one("buylink:secrets:Secrets")
    assert plan.outputs[component.urn] == {"arns": arns}
    children = [child for child in plan.resources if child.parent == component.urn]
    assert len(children) == 2 * len(PURPOSES) + len(GENERATED)
