"""The economics and the cost flow of declared models."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from buylink.models.cost_flow import cost_flow
from buylink.models.economics import economics
from buylink.models.loading import load
from buylink.models.model import ModelError
from buylink.planning.cost_flow import CostFlow
from buylink.planning.economics.result import Economics
from tests.models.declared import OWN, model_of

HEAD = "model: shop\ncounts: [user]\n"


@cache
def economics_of(name: str) -> Economics:
    return economics(load(OWN[name]))


@cache
def graph(name: str) -> CostFlow:
    return cost_flow(load(OWN[name]))


def test_the_hubs_document_breaks_even_where_its_own_costs_meet_its_revenue() -> None:
    even = economics_of("linkhub").break_even
    assert even is not None
    # 245 + 175 * (2,800 - 1,000) / 9,000 is 280, and so are 2,800 users at $0.10.
    assert (even.users, even.reason) == (2800, "costs grow evenly between 1,000 and 10,000 users")


def test_margins_are_of_revenue() -> None:
    margins = [period.margin for period in economics_of("linkhub").periods]
    assert margins == [Decimal("-20.1"), Decimal("-3.5"), Decimal("-0.4"), Decimal("0.58")]


def test_what_optimization_costs_and_saves_is_that_of_the_document() -> None:
    (payback,) = economics_of("tiktok").paybacks
    assert payback.months is not None
    assert round(payback.months, 2) == Decimal("7.06")
    assert payback.first_year_roi == pytest.approx(Decimal("0.7"))


def test_figures_that_a_model_states_are_reported_with_their_lines() -> None:
    assumptions = {
        assumption.name: (assumption.value, assumption.unit, assumption.source)
        for assumption in economics_of("tiktok").assumptions
    }
    assert assumptions["Europe: cost"] == (220, "USD/user/month", "tiktok.md, line 267")


def test_a_range_is_reported_as_one() -> None:
    names = [assumption.name for assumption in economics_of("linkhub").assumptions]
    assert "S3 Intelligent-Tiering: saving (30-40 %)" in names


ECONOMICS = (
    "economics: {bill: costs, users: users.active, arpu: users.arpu, conversion: users.paying%s}\n"
)
USERS = "users: {figures: {active: %s user, arpu: 24 USD/user/year, paying: %s %%}}\n"
LOADS = (
    "growth: {parts: {a: {amount: 10 USD/month, figures: {users: 10 user}},"
    " b: {amount: %s USD/month, figures: {users: 30 user}}}}\n"
)


@pytest.mark.parametrize(
    ("paying", "loads", "users", "reason"),
    [
        (100, "", 6, "were the bill the same for any number"),
        (0, "", None, "users bring in nothing"),
        (50, LOADS % 20, 10, "the fewest with a stated cost"),
        (40, LOADS % 20, 17, "costs grow evenly between 10 and 30 users"),
        (10, LOADS % 20, None, "not at any number with a stated cost"),
    ],
)
def test_break_even_is_by_the_costs_that_are_stated(
    tmp_path: Path, paying: int, loads: str, users: int | None, reason: str
) -> None:
    text = HEAD + ECONOMICS % (", loads: growth" if loads else "") + USERS % (10, paying)
    even = economics(
        model_of(tmp_path, f"{text}{loads}costs: {{amount: 12 USD/month}}\n")
    ).break_even
    assert even is not None
    assert (even.users, even.reason) == (users, reason)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "economics: missing: expected bill and users"),
        (
            "economics: {bill: costs, users: users.active}\n" + USERS % (0, 1),
            "economics.users: expected 1 or more users to divide the bill by, got 0",
        ),
        (
            "economics: {bill: users.paying, users: users.active}\n" + USERS % (1, 1),
            "economics: % can't be converted to USD/month",
        ),
        ("economics: {bill: costs, users: there}\n", "expected the path of a figure, got 'there'"),
        (
            "economics: {bill: costs, users: users.active, states: [there]}\n" + USERS % (1, 1),
            "expected the path of a node, got 'there'",
        ),
    ],
)
def test_economics_that_cannot_be_made_say_why(tmp_path: Path, text: str, message: str) -> None:
    model = model_of(tmp_path, f"{HEAD}{text}costs: {{amount: 12 USD/month}}\n")
    with pytest.raises(ModelError) as caught:
        economics(model)
    assert message in str(caught.value)


@pytest.mark.parametrize(("name", "total"), [("linkhub", 333), ("tiktok", 203_000_000)])
def test_the_money_of_a_model_is_its_total(name: str, total: int) -> None:
    assert graph(name).total == total


def test_the_money_comes_from_what_drives_it() -> None:
    sources = {node.label: graph("linkhub").amount(node.id) for node in graph("linkhub").nodes[:3]}
    # The APIs and DynamoDB; the workers and S3; all else.
    assert sources == {"users": 130, "videos": 75, "baseline": 128}


def test_parts_that_do_not_make_their_whole_are_said() -> None:
    assert (
        "Inter-region transfer is $7,000,000, and its parts are $7,500,000" in graph("tiktok").notes
    )
    assert {node.label for node in graph("tiktok").unbalanced} == {
        "Inter-region transfer",
        "Warm storage",
    }


def test_a_tree_of_one_amount_is_a_graph_too(tmp_path: Path) -> None:
    flow_of_one = cost_flow(
        model_of(tmp_path, "model: m\ncosts: {amount: 12 USD/year, name: All}\n")
    )
    assert [(flow.source, flow.target, flow.amount) for flow in flow_of_one.flows] == [
        ("baseline", "costs", 1)
    ]


def test_amounts_below_zero_are_refused(tmp_path: Path) -> None:
    text = "model: m\ncosts: {parts: {a: {amount: 3 USD/month}, b: {amount: -1 USD/month}}}\n"
    with pytest.raises(ModelError, match=r"costs.b: expected 0 or more, got -1"):
        cost_flow(model_of(tmp_path, text))
