"""The formulas of economics, with figures that can be checked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from buylink.costs.prices.quantity import Range
from buylink.planning.economics.result import Payback, Period, Revenue, margin

OWNERS = Revenue(arpu=Decimal(5), conversion=Decimal("0.02"))


@pytest.mark.parametrize(
    ("revenue", "cost", "expected"),
    [("10", "211", "-20.1"), ("200", "280", "-0.4"), ("1000", "420", "0.58"), ("5", "5", "0")],
)
def test_a_margin_is_of_revenue_and_has_no_floor(revenue: str, cost: str, expected: str) -> None:
    assert margin(Decimal(revenue), Decimal(cost)) == Decimal(expected)


def test_without_revenue_there_is_no_margin() -> None:
    month = Period(label="1", users=Decimal(0), revenue=Decimal(0), cost=Range.exactly(211))
    assert (month.margin, month.profit) == (None, Decimal(-211))


def test_a_user_brings_what_those_who_convert_pay() -> None:
    assert OWNERS.of(Decimal(100)) == Decimal(10)


@pytest.mark.parametrize(
    ("once", "saving", "months", "roi"),
    [("1000", "100", "10", "0.2"), ("1000", "0", None, "-1"), ("1000", "-5", None, "-1.06")],
)
def test_an_optimization_pays_back_by_what_it_saves(
    once: str, saving: str, months: str | None, roi: str
) -> None:
    payback = Payback(name="one", one_time_cost=Decimal(once), saving=Decimal(saving))
    assert payback.months == (None if months is None else Decimal(months))
    assert payback.first_year_roi == Decimal(roi)


def test_what_costs_nothing_to_make_pays_at_once_and_has_no_roi() -> None:
    payback = Payback(name="free", one_time_cost=Decimal(0), saving=Decimal(1))
    assert (payback.months, payback.first_year_roi) == (Decimal(0), None)
