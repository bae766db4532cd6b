"""An audit finds nothing in a model that is right, and in one that isn't the figure that isn't."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from buylink.models.audit import Audit, Claim, audit
from tests.models.consistent import Given, derived, givens, model
from tests.models.declared import model_of

ONE = Given(
    a=Decimal("2.00"),
    b=Decimal("2.00"),
    users=1,
    price=Decimal("0.01"),
    percent=1,
    petabytes=1,
    gateways=1,
)
KINDS = tuple(derived(ONE))
SHAPES = {
    "item": ("shapes.item.amount", "product"),
    "item at list price": ("shapes.gateways.amount", "listPrice"),
    "again": ("shapes.again.amount", "same"),
    "between": ("bounds.between", "between"),
    "all": ("bounds.all", "all"),
    "covers": ("bounds.covers", "covers"),
}
few = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def audited(folder: Path, text: str) -> Audit:
    return audit(model_of(folder, text))


def only(found: Audit) -> Claim:
    (claim,) = found.wrong
    return claim


@settings(few, max_examples=30)
@given(it=givens)
@example(it=ONE)
def test_a_consistent_model_has_no_findings(tmp_path: Path, it: Given) -> None:
    found = audited(tmp_path, model(it))
    assert found.wrong == ()
    assert {claim.figure for claim in found.holding} >= {
        f"claims.{kind.replace(' ', '-')}" for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
@few
@given(it=givens, by=st.integers(2, 1000).flatmap(lambda n: st.sampled_from([n, -n])))
def test_a_planted_figure_is_found_with_what_it_should_be(
    tmp_path: Path, kind: str, it: Given, by: int
) -> None:
    claim = only(audited(tmp_path, model(it, kind, by)))
    expected = derived(it)[kind]
    assert claim.figure == f"claims.{kind.replace(' ', '-')}"
    assert claim.low is not None
    assert claim.high is not None
    assert claim.low <= expected.value + Decimal("1e-9")
    assert claim.high >= expected.value - Decimal("1e-9")
    assert claim.arithmetic.count(" = ") == 1 or claim.rule == "same"


@pytest.mark.parametrize("kind", SHAPES)
@few
@given(it=givens)
def test_what_a_nodes_own_figures_imply_is_checked(tmp_path: Path, kind: str, it: Given) -> None:
    claim = only(audited(tmp_path, model(it, kind)))
    assert (claim.figure, claim.rule) == SHAPES[kind]


@few
@given(it=givens)
def test_a_share_that_is_not_one_is_found_though_all_make_100(tmp_path: Path, it: Given) -> None:
    wrong = audited(tmp_path, model(it, "shares")).wrong
    assert [(claim.figure, claim.rule) for claim in wrong] == [
        ("shapes.whole.first.share", "share"),
        ("shapes.whole.second.share", "share"),
    ]


@few
@given(it=givens)
def test_an_audit_is_the_same_each_time(tmp_path: Path, it: Given) -> None:
    assert audited(tmp_path, model(it, "sum", 2)) == audited(tmp_path, model(it, "sum", 2))


TOTALS = "model: m\ncosts: {{amount: {total}, parts: {{a: {{amount: {a}}}, b: {{amount: {b}}}}}}}\n"


@pytest.mark.parametrize(
    ("a", "b", "total", "holds"),
    [
        ("2.4M USD/month", "2.3M USD/month", "5M USD/month", True),
        ("6.7M USD/month", "0.5M USD/month", "7M USD/month", True),
        ("7M USD/month", "500K USD/month", "7M USD/month", False),
        ("7M USD/month", "500K USD/month", "8M USD/month", True),
        ("6M USD/month", "500K USD/month", "6M USD/month", True),
        ("0.24 USD/month", "0.005 USD/month", "0.25 USD/month", True),
        ("0.24 USD/month", "0.005 USD/month", "0.24 USD/month", True),
        ("~2M USD/month", "2M USD/month", "4.4M USD/month", True),
        ("~2M USD/month", "2M USD/month", "4.6M USD/month", False),
        ("2+ USD/month", "2 USD/month", "1000 USD/month", True),
        ("2+ USD/month", "2 USD/month", "3 USD/month", False),
        ("2-3 USD/month", "2 USD/month", "5 USD/month", True),
        ("2-3 USD/month", "2 USD/month", "6 USD/month", False),
        ("2 USD/month", "3 USD/month", "4+ USD/month", True),
        ("2 USD/month", "3 USD/month", "6+ USD/month", False),
        ("12 USD/year", "1 USD/month", "2 USD/month", True),
    ],
)
def test_rounding_is_forgiven_by_the_digits_stated(
    tmp_path: Path, a: str, b: str, total: str, *, holds: bool
) -> None:
    found = audited(tmp_path, TOTALS.format(a=a, b=b, total=total))
    assert (found.wrong == ()) == holds


@pytest.mark.parametrize(
    ("amount", "holds"),
    [("55", True), ("59", True), ("60", True), ("61", False), ("53", False)],
)
def test_a_month_has_28_to_31_days(tmp_path: Path, amount: str, *, holds: bool) -> None:
    text = (
        "model: m\ncounts: [task]\ncosts: {quantity: 2 task, unitPrice: 0.04048 USD/task/hour,"
        f" amount: {amount} USD/month}}\n"
    )
    assert (audited(tmp_path, text).wrong == ()) == holds


@pytest.mark.parametrize(("amount", "holds"), [("230K", True), ("241K", True), ("240K", False)])
def test_a_petabyte_is_of_1000_or_of_1024(tmp_path: Path, amount: str, *, holds: bool) -> None:
    text = (
        "model: m\ncosts: {quantity: 10 PB, unitPrice: 0.023 USD/GB/month,"
        f" amount: {amount} USD/month}}\n"
    )
    assert (audited(tmp_path, text).wrong == ()) == holds


@pytest.mark.parametrize(("total", "holds"), [("25 PB", True), ("28 PB", False)])
def test_a_sum_of_bytes_is_the_same_in_either(tmp_path: Path, total: str, *, holds: bool) -> None:
    text = (
        "model: m\ncosts: {amount: 1 USD/month}\n"
        f"b: {{figures: {{x: 10 PB, y: 15 PB, all: {{is: {total}, follows: {{sum: [b.x, b.y]}}}}}}}}\n"
    )
    assert (audited(tmp_path, text).wrong == ()) == holds


def test_a_figure_may_stand_elsewhere_in_another_unit(tmp_path: Path) -> None:
    text = "model: m\ncosts: {amount: {is: 3 USD/month, again: {7: 36 USD/year, 9: 37 USD/year}}}\n"
    assert [it.line for it in audited(tmp_path, text).wrong] == [9]


def test_the_arithmetic_can_be_worked_out_as_it_is_written(tmp_path: Path) -> None:
    text = (
        "model: m\ncounts: [user]\ncosts: {amount: 12 USD/month}\n"
        "b: {figures: {x: 6 user, y: 2 x, z: {is: 4 USD/user/month,"
        " follows: {ratio: [costs, {ratio: [b.x, b.y]}]}}}}\n"
    )
    (claim,) = (it for it in audited(tmp_path, text).holding if it.figure == "b.z")
    assert claim.arithmetic == "12 USD/month / (6 user / 2 x) = 4 USD/user/month"


def test_a_division_by_nothing_is_not_a_finding(tmp_path: Path) -> None:
    text = (
        "model: m\ncounts: [user]\ncosts: {amount: 1 USD/month}\n"
        "b: {figures: {users: 0 user, each: {is: 1 USD/user/month, follows: {ratio: [costs, b.users]}}}}\n"
    )
    found = audited(tmp_path, text)
    (claim,) = (it for it in found.open if it.figure == "b.each")
    assert claim.reason == "it would be divided by nothing"
