"""DynamoDB tables."""

from __future__ import annotations

from typing import Any, cast

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.common.child_factory import tags
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
from tests.components.recorder import Plan, record_kept

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


def planned(
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


def inputs(**choices: Any) -> dict[str, Any]:
    return planned(**choices)[0].one(TABLE).inputs


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
    copied: tuple[str, ...] | None, expected: dict[str, Any]
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
    assert planned(deletion_protection=True)[1] == {"hub-videos-table"}
    assert planned(point_in_time_recovery=True)[1] == set()


def test_no_customer_key_is_paid_for() -> None:
    """Without the input DynamoDB encrypts with the key that AWS owns."""
    assert "serverSideEncryption" not in inputs(**KEPT)


def test_it_tells_its_name_and_what_rights_are_given_on() -> None:
    plan, _ = planned(indexes=(BY_CREATOR,))
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
