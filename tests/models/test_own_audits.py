"""The audit of the owner's two documents finds what is wrong in them, and nothing else."""

from decimal import Decimal
from functools import cache

import pytest

from buylink.models.audit import HOLDS, OPEN, WRONG, Audit, Claim, audit
from buylink.models.loading import load
from tests.models import by_hand
from tests.models.declared import OWN


@cache
def audited(name: str) -> Audit:
    return audit(load(OWN[name]))


def claim(name: str, figure: str, rule: str) -> Claim:
    (found,) = (
        it for it in audited(name).claims if (it.figure, it.rule) == (figure, rule) and it.derived
    )
    return found


@pytest.mark.parametrize("name", OWN)
def test_the_audit_finds_exactly_what_was_found_by_hand(name: str) -> None:
    found = {(it.line, it.figure, it.rule) for it in audited(name).wrong}
    assert found == by_hand.WRONG[name]


@pytest.mark.parametrize("name", OWN)
def test_what_is_right_by_hand_holds(name: str) -> None:
    holding = {it.figure for it in audited(name).holding if it.uses != (it.figure,)}
    wrong = {it.figure for it in audited(name).wrong}
    assert by_hand.RIGHT[name] <= holding - wrong


@pytest.mark.parametrize("name", OWN)
def test_what_holds_was_derived_by_hand_too(name: str) -> None:
    derived = {it.figure for it in audited(name).holding if it.rule != "same"}
    wrong = {figure for _, figure, _ in by_hand.WRONG[name]}
    assert derived - wrong == by_hand.RIGHT[name] & derived


@pytest.mark.parametrize("name", OWN)
def test_every_stated_figure_has_a_claim_in_each_of_its_lines(name: str) -> None:
    model = load(OWN[name])
    stated = {
        (line, it.path)
        for it in model.figures.values()
        if it.figure and not it.source
        for line in (it.at, *it.again)
    }
    assert {(it.line, it.figure) for it in audited(name).claims} == stated


@pytest.mark.parametrize("name", OWN)
def test_every_claim_has_its_arithmetic_or_its_reason(name: str) -> None:
    for it in audited(name).claims:
        assert it.reason if it.verdict == OPEN else it.arithmetic and it.tolerance, it


@pytest.mark.parametrize(
    ("name", "figure", "rule", "derived", "arithmetic"),
    [
        (
            "linkhub",
            "production.amount",
            "difference",
            243,
            "333 USD/month - (180 USD/month * 50 %)",
        ),
        ("linkhub", "revenue.breakEven", "ratio", 2110, "211 USD/month / (5 USD/user/month * 2 %)"),
        ("linkhub", "roi.month-1.margin", "margin", -2010, "(10 USD/month - 211 USD/month) / 10"),
        (
            "tiktok",
            "users.cost",
            "ratio",
            "2.4",
            "203M USD/month / 1.015B user = 2.4 USD/user/year",
        ),
        (
            "tiktok",
            "costs.network.data-transfer.amount",
            "sum",
            7_500_000,
            "2M + 3M + 1M + 1M + 500K",
        ),
        (
            "tiktok",
            "costs.storage.video.hot.s3-standard.amount",
            "product",
            230_000,
            "10 PB * 0.023 USD/GB/month = 230K USD/month",
        ),
    ],
)
def test_a_finding_says_how_it_was_worked_out(
    name: str, figure: str, rule: str, derived: int | str, arithmetic: str
) -> None:
    found = claim(name, figure, rule)
    assert found.verdict == WRONG
    assert found.low is not None
    assert round(found.low, 9) == Decimal(derived)
    assert arithmetic in found.arithmetic


@pytest.mark.parametrize(
    ("figure", "ground"),
    [
        ("break-even.requiredRevenue", "users.cost"),
        ("break-even.gap", "users.cost"),
        ("savings.amount", "savings.storage.amount"),
    ],
)
def test_what_rests_on_a_wrong_figure_says_so(figure: str, ground: str) -> None:
    (found,) = (it for it in audited("tiktok").claims if it.figure == figure)
    assert found.verdict == HOLDS
    assert ground in found.rests_on


@pytest.mark.parametrize("line", [7, 70, 270])
def test_a_line_that_repeats_a_wrong_figure_says_so(line: int) -> None:
    (found,) = (
        it
        for it in audited("linkhub").claims
        if (it.figure, it.line) == ("production.amount", line)
    )
    assert (found.verdict, found.rests_on) == (HOLDS, ("production.amount",))


def test_a_price_that_pays_for_more_than_is_stated_cannot_be_checked() -> None:
    found = claim("linkhub", "costs.networking.nat-gateways.unitPrice", "covers")
    assert found.verdict == OPEN
    assert "32.85 USD/gateway/month" in found.arithmetic
    assert "it also pays for the data processed" in found.reason
