"""Amounts that are not known exactly: never one figure where there is doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

HOURS_PER_MONTH: Final = Decimal(730)
"""AWS's own convention. https://aws.amazon.com/calculator/calculator-assumptions/"""

DAYS_PER_MONTH: Final = HOURS_PER_MONTH / 24

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Range:
    """An amount that is not negative: 0 <= low <= typical <= high. ValueError otherwise."""

    low: Decimal
    typical: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.typical <= self.high:
            raise ValueError(
                f"expected 0 <= low <= typical <= high, got {self.low}, {self.typical}, {self.high}"
            )

    @classmethod
    def exactly(cls, amount: Number) -> Range:
        """An amount without doubt."""
        value = Decimal(amount)
        return cls(value, value, value)

    @classmethod
    def between(cls, low: Number, typical: Number, high: Number) -> Range:
        return cls(Decimal(low), Decimal(typical), Decimal(high))

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __iter__(self) -> Iterator[Decimal]:
        """Low, typical, high."""
        return iter((self.low, self.typical, self.high))

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.typical + other.typical, self.high + other.high)

    def __mul__(self, other: Range | Number) -> Range:
        by = other if isinstance(other, Range) else Range.exactly(other)
        return Range(self.low * by.low, self.typical * by.typical, self.high * by.high)

    def __truediv__(self, divisor: Number) -> Range:
        return Range(self.low / divisor, self.typical / divisor, self.high / divisor)

    def map(self, function: Callable[[Decimal], Decimal]) -> Range:
        """A function that keeps the order, of each of the three."""
        return Range(function(self.low), function(self.typical), function(self.high))

    def at_most(self, limit: Number) -> Range:
        most = Decimal(limit)
        return self.map(lambda amount: min(amount, most))

    def at_least(self, limit: Number) -> Range:
        least = Decimal(limit)
        return self.map(lambda amount: max(amount, least))


ZERO: Final = Range.exactly(0)

AGE_MONTHS: Final = Range.between(1, 12, 36)
"""How old a stack is taken to be, where what it stores grows with its age."""
AGES: Final = "after 1, 12 and 36 months"
STORED_SINCE: Final = f"stored {AGES}"


def total(ranges: Iterable[Range]) -> Range:
    """The sum: lows with lows, highs with highs."""
    low = typical = high = Decimal(0)
    for amount in ranges:
        low, typical, high = low + amount.low, typical + amount.typical, high + amount.high
    return Range(low, typical, high)
