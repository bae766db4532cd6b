"""`buylink costs`, and the bill inside a preview, run as a user does."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import buylink
from tests.goldens import assert_golden

GOLDENS = Path(__file__).with_name("goldens")
HERE = Path(__file__).resolve().parent


@cache
def bill(stack: str, *options: str) -> dict[str, Any]:
    run = buylink("costs", stack, "--format", "json", *options, cwd=HERE)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def typical(document: dict[str, Any]) -> Decimal:
    return Decimal(document["total"]["typical"])


def test_the_bill_of_a_stack_is_as_its_golden() -> None:
    run = buylink("costs", "prod", cwd=HERE)
    assert_golden(GOLDENS / "costs-prod.txt", run.stdout)


def test_the_bill_as_json_is_as_its_golden() -> None:
    assert_golden(GOLDENS / "costs-dev.json", json.dumps(bill("dev"), indent=2) + "\n")


@pytest.mark.parametrize(("stack", "most"), [("dev", 68), ("staging", 85), ("prod", 180)])
def test_a_stack_costs_no_more_than_it_was_meant_to(stack: str, most: int) -> None:
    assert Decimal(most) / 2 < typical(bill(stack)) <= most


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_all_is_priced_or_declared_free(stack: str) -> None:
    document = bill(stack)
    assert document["unpriced"] == []
    assert [line["meter"] for line in document["lines"] if line["monthly"] is None] == []


@pytest.mark.parametrize("key", ["users", "videosPerDay"])
def test_a_larger_load_never_costs_less(key: str) -> None:
    bills = [
        typical(bill("prod", "--config", f"buylink:load.{key}={number}"))
        for number in (0, 1000, 100_000)
    ]
    assert bills == sorted(bills)
    assert bills[0] < bills[-1]


def test_what_is_left_after_the_free_tier_is_less() -> None:
    assert typical(bill("dev", "--free-tier")) < typical(bill("dev"))


def test_a_stack_can_be_priced_in_another_region() -> None:
    elsewhere = bill("dev", "--region", "sa-east-1")
    assert elsewhere["prices"]["region"] == "sa-east-1"
    assert typical(elsewhere) > typical(bill("dev"))


def test_a_region_without_prices_is_refused_with_those_there_are() -> None:
    run = buylink("costs", "dev", "--region", "mars-1", cwd=HERE)
    assert (run.returncode, run.stdout) == (2, "")
    assert "expected one of ap-northeast-1" in run.stderr
    assert "got 'mars-1'" in run.stderr


def test_a_program_that_fails_has_no_bill() -> None:
    run = buylink("costs", "dev", "--config", "aws:region=us-east-9", cwd=HERE)
    assert run.returncode in {1, 2}
    assert run.stdout == ""


def test_a_preview_says_and_holds_the_same_bill() -> None:
    text = buylink("preview", "dev", cwd=HERE).stdout
    document = json.loads(buylink("preview", "dev", "--format", "json", cwd=HERE).stdout)
    cost = document["stacks"][0]["cost"]
    assert {"version": 1, **cost} == bill("dev")
    assert f"costs     ${typical(bill('dev')).quantize(Decimal('0.01'))} a month (" in text


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_every_amount_with_a_range_says_why(stack: str) -> None:
    lines = [line for line in bill(stack)["lines"] if line["monthly"]]
    silent = [
        line["urn"]
        for line in lines
        if line["monthly"]["low"] != line["monthly"]["high"] and not line["note"]
    ]
    assert silent == []
