"""Models that are right by construction, and the same with one figure planted that isn't."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from buylink.models.audit import Audit, Claim, audit
from tests.models.declared import model_of

NAT_MONTH = Decimal("0.045") * 730


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What everything else is derived from."""

    a: Decimal
    b: Decimal
    users: int
    price: Decimal
    percent: int
    petabytes: int
    gateways: int

    @property
    def text(self) -> str:
        return f"""
model: made
counts: [user, task, gateway]
costs:
  amount: {self.a + self.b} USD/month
  parts:
    first: {{amount: {self.a} USD/month}}
    second: {{amount: {self.b} USD/month}}
given:
  figures:
    users: {self.users} user
    price: {self.price} USD/user/month
    hourly: {self.price} USD/task/hour
    tasks: {self.users} task
    percent: {self.percent} %
    petabytes: {self.petabytes} PB
    perGigabyte: {self.price} USD/GB/month
    investment: {self.a} USD
"""


amounts = st.decimals(2, 10**6, places=2)
any_facts = st.builds(
    Facts,
    a=amounts,
    b=amounts,
    users=st.integers(1, 10**6),
    price=st.decimals("0.01", 100, places=4),
    percent=st.integers(1, 95),
    petabytes=st.integers(1, 1000),
    gateways=st.integers(1, 1000),
)


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure that a rule derives: its exact value in a unit, stated to so many decimals."""

    follows: str
    value: Decimal
    unit: str
    decimals: int


def derived(facts: Facts) -> dict[str, Derived]:
    """One figure for each kind of relation, by its name."""
    a, b, share, month = facts.a, facts.b, Decimal(facts.percent) / 100, "USD/month"
    first, second = "costs.first", "costs.second"
    return {
        "sum": Derived(f"sum: [{first}, {second}]", a + b, month, 2),
        "star": Derived("sum: ['costs.*']", a + b, month, 2),
        "difference": Derived(f"difference: [{first}, {second}]", a - b, month, 2),
        "product": Derived(
            "product: [given.users, given.price]", facts.users * facts.price, month, 4
        ),
        "reduced": Derived(f"reduced: [{first}, given.percent]", a * (1 - share), month, 4),
        "ratio": Derived(f"ratio: [{first}, given.users]", a / facts.users, "USD/user/month", 3),
        "share": Derived(f"share: [{first}, costs]", a / (a + b) * 100, "%", 1),
        "growth": Derived(f"growth: [{first}, {second}]", (b - a) / a * 100, "%", 0),
        "reduction": Derived(f"reduction: [{first}, {second}]", (a - b) / a * 100, "%", 0),
        "margin": Derived(f"margin: [{first}, {second}]", (a - b) / a * 100, "%", 1),
        "requiredRevenue": Derived(
            f"requiredRevenue: [{first}, given.percent]", a / (1 - share), month, 2
        ),
        "payback": Derived(f"payback: [given.investment, {second}]", a / b, "month", 2),
        "year": Derived(f"same: {first}", a * 12, "USD/year", 2),
        "per user and year": Derived(
            f"ratio: [{first}, given.users]", a * 12 / facts.users, "USD/user/year", 1
        ),
        "bytes": Derived(
            "product: [given.petabytes, given.perGigabyte]",
            facts.petabytes * facts.price * 10**6,
            month,
            0,
        ),
        "hours": Derived(
            "product: [given.tasks, given.hourly]", facts.users * facts.price * 730, month, 3
        ),
        "list price": Derived(
            "product: [{price: 'NAT Gateway: NAT gateway hour'}]",
            NAT_MONTH,
            month,
            2,
        ),
        "nested": Derived(
            f"ratio: [{first}, {{product: [given.users, given.percent]}}]",
            a / (facts.users * share),
            "USD/user/month",
            2,
        ),
    }


def stated(value: Decimal, decimals: int) -> str:
    """As a careful author writes it."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def model(facts: Facts, planted: str = "", by: int = 0) -> str:
    """The model's text; `planted` is wrong by so many of its last digits, or twice as much if that
    is more than a month's length can explain.
    """
    lines = [facts.text, "claims:", "  figures:"]
    for name, figure in derived(facts).items():
        value = figure.value
        if name == planted:
            value += by * Decimal(1).scaleb(-figure.decimals)
            value = value * 2 if name in {"hours", "list price"} else value
        text = f"{stated(value, figure.decimals)} {figure.unit}"
        key = name.replace(" ", "-")
        lines.append(f"    {key}: {{is: {text}, follows: {{{figure.follows}}}}}")
    return "\n".join([*lines, *_of_shape(facts, planted), *_bounds(facts, planted), ""])


def _of_shape(facts: Facts, planted: str) -> list[str]:
    """What a node's own figures imply."""
    gateways = facts.gateways * NAT_MONTH * (3 if planted == "item at list price" else 1)
    product = facts.users * facts.price + (1 if planted == "item" else 0)
    again = facts.a + (1 if planted == "again" else 0)
    share = facts.a / (facts.a + facts.b) * 100
    first = stated(share + (1 if planted == "shares" else 0), 1)
    second = stated(100 - share - (1 if planted == "shares" else 0), 1)
    return [
        "shapes:",
        "  parts:",
        f"    item: {{quantity: {facts.users} user, unitPrice: {facts.price} USD/user/month,"
        f" amount: {stated(product, 4)} USD/month}}",
        f"    gateways: {{quantity: {facts.gateways} gateway, amount: {stated(gateways, 2)} USD/month,"
        " list: 'NAT Gateway: NAT gateway hour'}",
        f"    again: {{amount: {{is: {facts.a} USD/month, again: {{7: {again} USD/month}}}}}}",
        "    whole:",
        f"      amount: {facts.a + facts.b} USD/month",
        "      parts:",
        f"        first: {{amount: {facts.a} USD/month, share: {first} %}}",
        f"        second: {{amount: {facts.b} USD/month, share: {second} %}}",
    ]


def _bounds(facts: Facts, planted: str) -> list[str]:
    least, most = sorted((facts.a, facts.b))
    between = most + 1 if planted == "between" else (least + most) / 2
    bound = most if planted == "all" else least - 1
    covers = facts.a - 1 if planted == "covers" else facts.a + 1
    both = "[costs.first, costs.second]"
    return [
        "bounds:",
        "  figures:",
        f"    between: {{is: {stated(between, 2)} USD/month, follows: {{between: {both}}}}}",
        f"    all: {{is: '>{bound} USD/month', follows: {{all: {both}}}}}",
        f"    covers: {{is: {covers} USD/month, follows: {{covers: costs.first}}}}",
    ]


ONE = Facts(
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


def only(result: Audit) -> Claim:
    (claim,) = result.wrong
    return claim


@settings(few, max_examples=30)
@given(facts=any_facts)
@example(facts=ONE)
def test_a_consistent_model_has_no_findings(tmp_path: Path, facts: Facts) -> None:
    result = audited(tmp_path, model(facts))
    assert result.wrong == ()
    assert {claim.figure for claim in result.holding} >= {
        f"claims.{kind.replace(' ', '-')}" for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
@few
@given(facts=any_facts, by=st.integers(2, 1000).flatmap(lambda n: st.sampled_from([n, -n])))
def test_a_planted_figure_is_found_with_what_it_should_be(
    tmp_path: Path, kind: str, facts: Facts, by: int
) -> None:
    claim = only(audited(tmp_path, model(facts, kind, by)))
    expected = derived(facts)[kind]
    assert claim.figure == f"claims.{kind.replace(' ', '-')}"
    assert claim.low is not None
    assert claim.high is not None
    assert claim.low <= expected.value + Decimal("1e-9")
    assert claim.high >= expected.value - Decimal("1e-9")
    assert claim.arithmetic.count(" = ") == 1 or claim.rule == "same"


@pytest.mark.parametrize("kind", SHAPES)
@few
@given(facts=any_facts)
def test_what_a_nodes_own_figures_imply_is_checked(tmp_path: Path, kind: str, facts: Facts) -> None:
    claim = only(audited(tmp_path, model(facts, kind)))
    assert (claim.figure, claim.rule) == SHAPES[kind]


@few
@given(facts=any_facts)
def test_a_share_that_is_not_one_is_found_though_all_make_100(tmp_path: Path, facts: Facts) -> None:
    wrong = audited(tmp_path, model(facts, "shares")).wrong
    assert [(claim.figure, claim.rule) for claim in wrong] == [
        ("shapes.whole.first.share", "share"),
        ("shapes.whole.second.share", "share"),
    ]


@few
@given(facts=any_facts)
def test_an_audit_is_the_same_each_time(tmp_path: Path, facts: Facts) -> None:
    assert audited(tmp_path, model(facts, "sum", 2)) == audited(tmp_path, model(facts, "sum", 2))


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
    result = audited(tmp_path, TOTALS.format(a=a, b=b, total=total))
    assert (result.wrong == ()) == holds


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
    assert [claim.line for claim in audited(tmp_path, text).wrong] == [9]


def test_the_arithmetic_can_be_worked_out_as_it_is_written(tmp_path: Path) -> None:
    text = (
        "model: m\ncounts: [user]\ncosts: {amount: 12 USD/month}\n"
        "b: {figures: {x: 6 user, y: 2 x, z: {is: 4 USD/user/month,"
        " follows: {ratio: [costs, {ratio: [b.x, b.y]}]}}}}\n"
    )
    (claim,) = (claim for claim in audited(tmp_path, text).holding if claim.figure == "b.z")
    assert claim.arithmetic == "12 USD/month / (6 user / 2 x) = 4 USD/user/month"


def test_a_division_by_nothing_is_not_a_finding(tmp_path: Path) -> None:
    text = (
        "model: m\ncounts: [user]\ncosts: {amount: 1 USD/month}\n"
        "b: {figures: {users: 0 user, each: {is: 1 USD/user/month, follows: {ratio: [costs, b.users]}}}}\n"
    )
    result = audited(tmp_path, text)
    (claim,) = (claim for claim in result.open if claim.figure == "b.each")
    assert claim.reason == "it would be divided by nothing"
