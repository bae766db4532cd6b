"""Figures as documents write them."""

from decimal import Decimal

import pytest

from buylink.models.figures import INFINITY, FigureError, read

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
    ("text", "told"),
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
def test_what_is_no_figure_is_said(text: str, told: str) -> None:
    with pytest.raises(FigureError, match=told.replace("/", "/")):
        read(text, COUNTS)
