"""`buylink graph`, run as a user does."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import buylink

STACKS = pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
TOLERANCE = Decimal("1e-12")


def document(planned: Path, stack: str, *options: str) -> dict[str, Any]:
    run = buylink("graph", f"{stack}.json", "--format", "json", *options, cwd=planned)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@STACKS
def test_each_step_holds_each_line_of_the_bill_and_makes_its_total(
    planned: Path, stack: str
) -> None:
    bill = json.loads(buylink("costs", f"{stack}.json", "--format", "json", cwd=planned).stdout)
    lines = {(line["urn"], line["meter"]) for line in bill["lines"] if line["monthly"]}
    cost_flow = document(planned, stack)
    kinds = {node["id"]: node["kind"] for node in cost_flow["nodes"]}
    from_services = [flow for flow in cost_flow["flows"] if kinds[flow["source"]] == "service"]
    from_drivers = [
        flow for flow in cost_flow["flows"] if kinds[flow["source"]] in {"driver", "baseline"}
    ]
    assert len(cost_flow["flows"]) == len(from_services) + len(from_drivers)
    held = Counter(name for flow in from_services for name in flow["holds"])
    assert held == Counter(f"{urn.split('::')[-1]}: {meter}" for urn, meter in lines)
    for step in (from_services, from_drivers):
        total = sum(Decimal(flow["amount"]) for flow in step)
        assert abs(total - Decimal(bill["total"]["typical"])) < TOLERANCE


@STACKS
def test_a_service_and_a_component_have_the_sums_that_costs_says(planned: Path, stack: str) -> None:
    bill = json.loads(buylink("costs", f"{stack}.json", "--format", "json", cwd=planned).stdout)
    cost_flow = document(planned, stack)
    for kind in ("service", "component"):
        sums: dict[str, Decimal] = {}
        for line in (line for line in bill["lines"] if line["monthly"]):
            before = sums.get(line[kind], Decimal(0))
            sums[line[kind]] = before + Decimal(line["monthly"]["typical"])
        nodes = {
            node["label"]: Decimal(node["amount"])
            for node in cost_flow["nodes"]
            if node["kind"] == kind
        }
        assert nodes.keys() == sums.keys()
        assert [name for name in sums if abs(nodes[name] - sums[name]) > TOLERANCE] == []


def test_without_load_all_money_is_baseline(planned: Path) -> None:
    cost_flow = document(planned, "prod", "--load", "users=0,videosPerDay=0")
    assert [
        node["kind"] for node in cost_flow["nodes"] if node["kind"] in {"driver", "baseline"}
    ] == ["baseline"]


def test_a_load_that_is_too_much_is_drawn_and_marked(planned: Path) -> None:
    options = ("--load", "users=100000000")
    assert any("the load needs" in text for text in document(planned, "prod", *options)["warnings"])
    drawn = buylink("graph", "prod.json", *options, cwd=planned).stdout
    assert "  %% hub-product-service-service: the load needs" in drawn


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "nothing: expected a stack (dev, prod, staging), a file, - or git:"),
        (("prod.json", "--load", "users=x"), "--load: users: expected a number"),
        (("prod.json", "--region", "mars-1"), "region: expected one of ap-northeast-1"),
        (("prod.json", "--format", "svg"), "Invalid value for '--format'"),
    ],
)
def test_bad_input_ends_with_2(planned: Path, arguments: tuple[str, ...], words: str) -> None:
    run = buylink("graph", *arguments, cwd=planned)
    assert run.returncode == 2
    assert words in run.stderr
