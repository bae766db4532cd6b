"""`buylink economics`, run as a user does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import PROJECT, buylink
from tests.goldens import assert_golden

GOLDENS = Path(__file__).with_name("goldens")


def economics_of(planned: Path, *options: str, source: str = "prod.json") -> dict[str, Any]:
    run = buylink("economics", source, "--format", "json", *options, cwd=planned)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def each(document: dict[str, Any]) -> dict[str, Any]:
    return {unit["unit"]: unit for unit in document["unitCosts"]}


def test_economics_have_the_figures_of_their_golden(planned: Path) -> None:
    """Those of prod are in its golden JSON, those of the other model in its golden text."""
    sources = ("dev.json", "staging.json", str(PROJECT / "docs/models/linkhub.yaml"))
    lines = (
        line.rstrip()
        for source in sources
        for line in figures(economics_of(planned, source=source))
    )
    assert_golden(GOLDENS / "economics.figures", "\n".join(lines) + "\n")


def figures(economics: dict[str, Any]) -> Iterator[str]:
    """A line a unit, a month and an assumption, and what is said of the whole."""
    yield f"{economics['name']}: {economics['users']} users, {span(economics['bill'])}"
    even = economics["breakEven"]
    yield f"revenue {json.dumps(economics['revenue'])}; break-even {even['users']} {even['reason']}"
    yield month(economics["now"])
    for unit in economics["unitCosts"]:
        parts = (
            f"{name} {span(unit[name])}" for name in ("count", "each", "cost", "caused", "share")
        )
        yield f"{unit['unit']}: {', '.join(parts)}: adds up {unit['addsUp']} {unit['note']}"
    yield from (month(period) for period in economics["periods"])
    for assumption in economics["assumptions"]:
        yield ": ".join(assumption[key] for key in ("name", "value", "unit", "basis", "source"))
    yield from economics["warnings"]


def month(period: dict[str, Any]) -> str:
    cost = span(period["cost"])
    revenue = f"revenue {period['revenue']}, profit {period['profit']}, margin {period['margin']}"
    return f"{period['label']}: {period['users']} users, {cost}, {revenue} {period['notes']}"


def span(amount: dict[str, str] | None) -> str:
    return "none" if amount is None else " ".join(amount[end] for end in ("low", "typical", "high"))


@pytest.mark.parametrize(
    ("output_format", "suffix"), [("text", "txt"), ("json", "json"), ("markdown", "md")]
)
def test_economics_in_each_format_are_as_their_golden(
    planned: Path, output_format: str, suffix: str
) -> None:
    run = buylink("economics", "prod.json", "--format", output_format, cwd=planned)
    assert_golden(GOLDENS / f"economics-prod.{suffix}", run.stdout)


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_units_that_add_up_make_the_bill_that_costs_says(planned: Path, stack: str) -> None:
    document = economics_of(planned, source=f"{stack}.json")
    parts = [Decimal(unit["cost"]["typical"]) for unit in document["unitCosts"] if unit["addsUp"]]
    bill = json.loads(buylink("costs", f"{stack}.json", "--format", "json", cwd=planned).stdout)
    assert len(parts) == 3
    assert abs(sum(parts) - Decimal(bill["total"]["typical"])) < Decimal("1e-8")


def test_a_stack_and_its_plan_have_the_same_economics(planned: Path) -> None:
    assert economics_of(planned, source="dev") == economics_of(planned, source="dev.json")


def test_users_videos_and_revenue_can_be_given(planned: Path) -> None:
    options = (
        "--load",
        "users=2000",
        "--arpu",
        "7.5",
        "--conversion",
        "4%",
        "--users",
        "1=10,4=80",
    )
    document = economics_of(planned, *options)
    assert document["revenue"] == {"arpu": "7.5", "conversion": "0.04", "perUser": "0.300"}
    assert document["now"]["revenue"] == "600"
    assert [(period["label"], period["users"]) for period in document["periods"]] == [
        ("1", "10"),
        ("2", "20"),
        ("3", "40"),
        ("4", "80"),
    ]
    stated = {
        assumption["name"]
        for assumption in document["assumptions"]
        if assumption["basis"] == "given"
    }
    assert stated == {"ARPU", "conversion", "users in month 1", "users in month 4"}


def test_a_margin_far_below_minus_100_percent_is_shown_as_it_is(planned: Path) -> None:
    first = economics_of(planned)["periods"][0]
    revenue, cost = Decimal(first["revenue"]), Decimal(first["cost"]["typical"])
    assert Decimal(first["margin"]) == (revenue - cost) / revenue < -15
    assert (
        f"{(revenue - cost) / revenue * 100:,.1f} %"
        in buylink("economics", "prod.json", cwd=planned).stdout
    )


def test_at_break_even_revenue_covers_the_bill_and_one_user_fewer_does_not(planned: Path) -> None:
    users = economics_of(planned)["breakEven"]["users"]
    for number, covered in ((users, True), (users - 1, False)):
        load = f"users={number},videosPerDay={round(Decimal(number) / 2)}"
        now = economics_of(planned, "--load", load)["now"]
        assert (Decimal(now["profit"]) >= 0) == covered


def test_users_who_cost_more_than_they_bring_never_break_even(planned: Path) -> None:
    even = economics_of(planned, "--arpu", "0.01")["breakEven"]
    assert even["users"] is None
    assert even["reason"].startswith("a user brings in 0.0002 USD a month, and at 10,000,000,000")


def test_without_videos_a_video_has_no_unit_cost_and_the_rest_adds_up(planned: Path) -> None:
    document = economics_of(planned, "--load", "videosPerDay=0")
    units = each(document)
    assert (units["video processed"]["each"], units["video processed"]["cost"]["typical"]) == (
        None,
        "0",
    )
    parts = [Decimal(unit["cost"]["typical"]) for unit in units.values() if unit["addsUp"]]
    assert abs(sum(parts) - Decimal(document["bill"]["typical"])) < Decimal("1e-8")


def test_a_month_whose_load_is_too_much_is_priced_and_marked(planned: Path) -> None:
    months = economics_of(planned, "--users", "1=100,2=100000000")["periods"]
    assert months[0]["notes"] == []
    assert any("the load needs" in note for note in months[1]["notes"])
    text = buylink("economics", "prod.json", "--users", "1=100,2=100000000", cwd=planned).stdout
    assert "    2 *  100,000,000" in text
    assert "month 2: hub-product-service-service: the load needs" in text


def test_an_optimization_is_planned_priced_and_paid_back() -> None:
    here = Path(__file__).parent
    change = "buylink:network.natGateways=single"
    costs = [
        Decimal(
            json.loads(buylink("costs", "prod", "--format", "json", *options, cwd=here).stdout)[
                "total"
            ]["typical"]
        )
        for options in ((), ("--config", change))
    ]
    options = ("--optimize", change, "--one-time-cost", "500", "--format", "json")
    (payback,) = json.loads(buylink("economics", "prod", *options, cwd=here).stdout)["paybacks"]
    saving = costs[0] - costs[1]
    assert Decimal(payback["saving"]) == saving
    assert Decimal(payback["months"]) == (500 / saving).quantize(Decimal("1e-9"))
    assert payback["note"] == ""


def test_an_optimization_that_a_policy_refuses_says_so() -> None:
    change = "buylink:services.ingestion-api.maxTasks=12"
    options = ("--optimize", change, "--format", "json")
    run = buylink("economics", "prod", *options, cwd=Path(__file__).parent)
    assert run.returncode == 0, run.stderr
    (payback,) = json.loads(run.stdout)["paybacks"]
    assert (payback["months"], payback["note"]) == (None, "refused by ecs-max-tasks")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--load", "users=0"), "load: users: expected 1 or more to divide the bill by, got 0"),
        (("--arpu", "-1"), "--arpu: expected USD from 0 to"),
        (("--arpu", "x"), "--arpu: expected USD from 0 to"),
        (("--arpu", "nan"), "--arpu: expected USD from 0 to"),
        (("--conversion", "2"), "--conversion: expected a share from 0 to 1, or 0% to 100%, got '2'"),
        (("--conversion", "sNaN%"), "--conversion: expected a share from 0 to 1"),
        (("--conversion", "101%"), "--conversion: expected a share from 0 to 1"),
        (("--users", "1=0"), "--users: expected MONTH=USERS, a month from 1 to 120"),
        (("--users", "1"), "--users: expected MONTH=USERS"),
        (("--users", "121=5"), "--users: expected MONTH=USERS"),
        (("--users", "1=5,1=6"), "--users: month 1: expected once, got it twice"),
        (("--users", "1=" + "9" * 5000), "--users: expected MONTH=USERS"),
        (("--region", "mars-1"), "region: expected one of ap-northeast-1"),
        (("--optimize", "a=b"), "--optimize: expected a stack to change, got prod.json"),
        (("--one-time-cost", "5"), "--one-time-cost: expected an --optimize that it is the cost of"),
    ],
)  # fmt: skip
def test_bad_input_ends_with_2_and_says_what_to_do(
    planned: Path, options: tuple[str, ...], words: str
) -> None:
    run = buylink("economics", "prod.json", *options, cwd=planned)
    assert (run.returncode, run.stdout) == (2, "")
    assert words in run.stderr


def test_all_that_is_wrong_is_said_at_once(planned: Path) -> None:
    options = ("--arpu", "x", "--conversion", "2", "--users", "1", "--load", "a=1")
    run = buylink("economics", "nothing", *options, "--region", "mars-1", cwd=planned)
    assert run.returncode == 2
    starts = [line.split(": ")[0] for line in run.stderr.splitlines()]
    assert starts == ["--load", "region", "--arpu", "--conversion", "--users", "nothing"]
