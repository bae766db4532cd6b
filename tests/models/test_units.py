"""Units: what can be converted, what not."""

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buylink.models.units import Amount, UnitError, binary_bytes, of_kind


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
