"""How money is written: never as nothing where it is something."""

from __future__ import annotations

from decimal import Decimal

import pytest

from buylink.costs.prices.quantity import Range
from buylink.reports import money


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("0.0000004", "<$0.01"), ("0.01", "$0.01"), ("1234.5", "$1,234.50")],
)
def test_an_amount_is_never_rounded_to_nothing(amount: str, text: str) -> None:
    assert money.usd(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.1", "$0.10"), ("3", "$3.00"), ("4E-7", "$0.0000004"), ("0.045", "$0.045")],
)
def test_a_unit_price_keeps_its_digits(amount: str, text: str) -> None:
    assert money.unit_price(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"), [("730", "730"), ("1460.4", "1,460"), ("0.01234567", "0.01235"), ("0", "0")]
)
def test_a_quantity_shows_what_counts(amount: str, text: str) -> None:
    assert money.quantity(Decimal(amount)) == text


def test_a_range_is_one_figure_where_there_is_no_doubt() -> None:
    assert money.span(Range.exactly(3)) == "$3.00"
    assert money.span(Range.between(1, 2, 3)) == "$1.00 to $3.00"
