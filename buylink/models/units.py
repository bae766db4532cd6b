"""Amounts with units. Pint, which does the conversions, is imported only when the first is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final

from buylink.costs.prices.quantity import HOURS_PER_MONTH

MONEY_PER_TIME: Final = "USD/month"
_Pint = Any
"""A quantity, a unit or a registry: Pint's own types know no Decimal."""

SYMBOLS: Final = {"%": "percent", "x": "times"}

_BYTES: Final = ("K", "M", "G", "T", "P", "E")
_DEFINITIONS: Final = (
    "USD = [currency]",
    "hour = [duration]",
    "second = hour / 3600",
    "minute = hour / 60",
    "day = 24 * hour",
    "week = 7 * day",
    f"month = {HOURS_PER_MONTH} * hour",
    "year = 12 * month",
    "percent = 0.01",
    "times = 1",
    "B = [data]",
    *(f"{prefix}B = {1000**power} * B" for power, prefix in enumerate(_BYTES, 1)),
    *(f"{prefix}iB = {1024**power} * B" for power, prefix in enumerate(_BYTES, 1)),
)
KNOWN: Final = frozenset(line.split(" = ")[0] for line in _DEFINITIONS)
SHORTER_THAN_MONTHS: Final = frozenset({"second", "minute", "hour", "day", "week"})
"""Durations of which a month doesn't have one number."""
DECIMAL_BYTES: Final = frozenset(f"{prefix}B" for prefix in _BYTES)

_WORD: Final = re.compile(r"[^\W\d]\w*|%")
_UNIT: Final = re.compile(r"(1|[^\W\d]\w*|%)(\s*[*/]\s*[^\W\d]\w*)*")


class UnitError(Exception):
    """Amounts that can't be added, compared or converted. The message names both units."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a unit, such as 0.023 of `USD/GB/month`; `""` is the unit of plain numbers."""

    number: Decimal
    unit: str = ""

    def to(self, unit: str) -> Amount:
        """The same amount in another unit. UnitError when it isn't of that kind."""
        if unit == self.unit:
            return self
        return Amount(_converted(self, unit), unit)

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.number + other.to(self.unit).number, self.unit)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.number - other.to(self.unit).number, self.unit)

    def __mul__(self, other: Amount) -> Amount:
        return _made(_quantity(self) * _quantity(other))

    def __truediv__(self, other: Amount) -> Amount:
        """ZeroDivisionError when `other` is nothing."""
        if not other.number:
            raise ZeroDivisionError
        return _made(_quantity(self) / _quantity(other))


ONE: Final = Amount(Decimal(1))


def words(unit: str) -> frozenset[str]:
    """What a unit is made of: `USD/GB/month` of three."""
    return frozenset(SYMBOLS.get(match[0], match[0]) for match in _WORD.finditer(unit))


def is_unit(text: str) -> bool:
    """Whether it is written as a unit: words with * and / between them, or 1/ before them."""
    return _UNIT.fullmatch(text) is not None


def of_kind(unit: str, other: str) -> bool:
    """Whether one can be converted into the other."""
    return bool(_unit(unit).is_compatible_with(_unit(other)))


def unknown_words(unit: str, counted: Iterable[str]) -> list[str]:
    """The words that are neither a unit of measure nor among the things `counted`."""
    return sorted(words(unit) - KNOWN - set(counted))


def binary_bytes(unit: str) -> str:
    """The unit with 1,024 where it has 1,000: GiB for GB."""
    return _WORD.sub(lambda word: f"{word[0][0]}iB" if word[0] in DECIMAL_BYTES else word[0], unit)


def _converted(amount: Amount, unit: str) -> Decimal:
    from pint.errors import DimensionalityError

    try:
        return _quantity(amount).to(_unit(unit)).magnitude
    except DimensionalityError:
        raise UnitError(
            f"{amount.unit or 'a plain number'} can't be converted to {unit or 'a plain number'}"
        ) from None


def _made(quantity: _Pint) -> Amount:
    return Amount(quantity.magnitude, "" if quantity.unitless else f"{quantity.units:C}")


def _quantity(amount: Amount) -> _Pint:
    return _registry().Quantity(amount.number, _unit(amount.unit))


@cache
def _unit(unit: str) -> _Pint:
    registry = _registry()
    for word in sorted(words(unit)):
        if word not in registry:
            registry.define(f"{word} = [{word}]")
    spelled = _WORD.sub(lambda word: SYMBOLS.get(word[0], word[0]), unit)
    return registry.parse_expression(spelled).units if unit else registry.Unit("")


@cache
def _registry() -> _Pint:
    import pint

    make: _Pint = pint.UnitRegistry
    registry = make(None, non_int_type=Decimal)
    for line in _DEFINITIONS:
        registry.define(line)
    return registry
