"""How amounts of money and quantities are written: for people, and for machines."""

from __future__ import annotations

from decimal import Decimal

from buylink.costs.estimate import Estimate
from buylink.costs.prices.quantity import Range

CENT = Decimal("0.01")
DIGITS = 4


def usd(amount: Decimal) -> str:
    """`$1,234.50`; what is more than nothing and less than a cent is `<$0.01`, never `$0.00`."""
    if 0 < amount < CENT:
        return "<$0.01"
    return f"${amount.quantize(CENT):,}"


def signed(amount: Decimal) -> str:
    """`+$1.20`, `-$3.00`, `$0.00` for none at all."""
    return f"{'+' if amount > 0 else '-' if amount < 0 else ''}{usd(abs(amount))}"


def unit_price(amount: Decimal) -> str:
    """All its digits, at least its cents, and no exponent: `$0.10`, `$0.0000002`."""
    plain = amount.normalize()
    cents = plain.quantize(CENT)
    return f"${cents if cents == plain else plain:f}"


def quantity(amount: Decimal) -> str:
    """Four figures that count, or all before the point: `1,460`, `0.0123`."""
    if amount >= 10 ** (DIGITS - 1):
        return f"{amount:,.0f}"
    text = f"{amount:.{DIGITS}g}"
    return f"{Decimal(text).normalize():f}"


def cells(amount: Range) -> tuple[str, str, str]:
    """Low, typical and high."""
    return usd(amount.low), usd(amount.typical), usd(amount.high)


def span(amount: Range) -> str:
    """`$1.00 to $3.00`, or the one figure where there is no doubt."""
    low, high = usd(amount.low), usd(amount.high)
    return low if low == high else f"{low} to {high}"


def summary(estimate: Estimate) -> str:
    """The bill in a line: typical first, its range, and what is missing from it."""
    total = estimate.total
    line = f"{usd(total.typical)} a month ({span(total)}) at list prices in {estimate.region}"
    if missing := estimate.coverage.unpriced:
        line += f"; {missing} not priced"
    if unknown := sum(1 for line in estimate.lines if line.monthly is None):
        line += f"; {unknown} more by usage"
    return line


def decimal_data(amount: Decimal) -> str:
    """For JSON: all digits, no exponent."""
    return f"{amount:f}"


def range_data(amount: Range) -> dict[str, str]:
    """RANGE, for JSON."""
    return {
        "low": decimal_data(amount.low),
        "typical": decimal_data(amount.typical),
        "high": decimal_data(amount.high),
    }


def shortest(amount: Decimal) -> str:
    """For CSV: without zeros at the end."""
    return f"{amount.normalize():f}"
