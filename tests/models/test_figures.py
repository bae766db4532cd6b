"""Figures as documents write them."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.models.figures import INFINITY, FigureError, read
from buylink.models.units import Amount, UnitError, binary_bytes, of_kind

COUNTS = ("user", "instance")


@pytest.mark.parametrize(
    ("text", "number", "step"),
    [
        ("60 USD/month", "60", "1"),
        ("2.11 USD/user/month", "2.11", "0.01"),
        ("0.40 USD/month", "0.40", "0.01"),
        ("1.015B user", "1015000000", "1000000"),
        ("203M USD/month", "203000000", "1000000"),
        ("187.5K USD/month", "187500", "100"),
        ("1,200 USD/month", "1200", "1"),
        ("-1,255 %", "-1255", "1"),
        ("+40 %", "40", "1"),
        ("1000 user", "1000", "1"),
    ],
)
def test_a_figure_is_read_with_its_number_and_its_last_digit(
    text: str, number: str, step: str
) -> None:
    figure = read(text, COUNTS)
    assert (figure.number, figure.step) == (Decimal(number), Decimal(step))
    assert figure.is_exact


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("~15B USD/year", Decimal("14.5e9"), Decimal("15.5e9")),
        ("~0.21 USD/month", Decimal("0.205"), Decimal("0.215")),
        ("500+ instance", Decimal(500), INFINITY),
        ("3,000+ instance", Decimal(3000), INFINITY),
        (">20 USD/month", Decimal(20), INFINITY),
        ("<5 USD/month", -INFINITY, Decimal(5)),
        ("20-30 USD/month", Decimal(20), Decimal(30)),
        ("20-30M USD/month", Decimal(20_000_000), Decimal(30_000_000)),
    ],
)
def test_words_of_doubt_leave_a_figure_open(text: str, low: Decimal, high: Decimal) -> None:
    figure = read(text, COUNTS)
    assert (figure.low, figure.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("60", "expected a number with its unit"),
        ("USD", "expected a figure such as"),
        ("", "expected a figure such as"),
        ("12,34 USD", "expected a figure such as"),
        ("60 USD per month", "expected a unit such as USD/GB/month"),
        ("60 USD/mnth", "what `counts` names, got mnth"),
        ("5 task", "what `counts` names, got task"),
        ("1001T USD", "expected at most 1,000,000,000,000,000, got"),
        ("30-20 %", "expected the lower figure first"),
    ],
)
def test_what_is_no_figure_is_said(text: str, message: str) -> None:
    with pytest.raises(FigureError, match=message):
        read(text, COUNTS)


@pytest.mark.parametrize(
    ("amount", "unit", "number"),
    [
        (Amount(Decimal(12), "USD/year"), "USD/month", 1),
        (Amount(Decimal(1), "USD/hour"), "USD/month", 730),
        (Amount(Decimal(1), "PB"), "GB", 1_000_000),
        (Amount(Decimal(1), "PiB"), "GiB", 1_048_576),
        (Amount(Decimal("0.48"), ""), "%", 48),
        (Amount(Decimal(200), "USD/user/year"), "USD/user/month", Decimal(200) / 12),
    ],
)
def test_amounts_are_converted(amount: Amount, unit: str, number: Decimal | int) -> None:
    assert abs(amount.to(unit).number - number) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("unit", "other"),
    [("USD/month", "USD"), ("GB", "USD"), ("USD/user/month", "USD/month"), ("%", "month")],
)
def test_amounts_of_other_kinds_are_not_converted(unit: str, other: str) -> None:
    assert not of_kind(unit, other)
    with pytest.raises(UnitError, match="can't be converted to"):
        Amount(Decimal(1), unit).to(other)


def test_a_quantity_times_its_price_is_money() -> None:
    quantity, price = Amount(Decimal(2), "task"), Amount(Decimal("0.04048"), "USD/task/hour")
    assert (quantity * price).to("USD/month").number == Decimal("59.1008")


def test_bytes_can_be_read_as_binary() -> None:
    assert binary_bytes("USD/GB/month") == "USD/GiB/month"


@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from(["USD/hour", "USD/month"]))
def test_a_conversion_there_and_back_changes_nothing(number: Decimal, unit: str) -> None:
    back = Amount(number, unit).to("USD/year").to(unit).number
    assert abs(back - number) <= abs(number) * Decimal("1e-20")


def test_pint_is_imported_only_when_an_amount_is_made() -> None:
    code = (
        "import sys, buylink.cli, buylink.models.loading, buylink.models.audit;"
        "sys.exit('pint' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
