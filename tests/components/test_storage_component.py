"""What the hub keeps: the guard's table, and the key that creators' tokens are sealed with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from buylink.settings.stack_files import read_stack_file, settings_from
from components.hub.arguments import HubArguments
from components.storage.storage import Storage
from tests.components.keeping_recorder import record_kept
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan

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
