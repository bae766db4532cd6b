"""Whether a stated figure is what a rule derives, with the tolerance that the rule has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from buylink.costs.prices.quantity import HOURS_PER_MONTH
from buylink.planning.models.evaluation import Value
from buylink.planning.models.figures import SCALES, Figure
from buylink.planning.models.rules import Tolerance
from buylink.planning.models.units import SHORTER_THAN_MONTHS, words

SHORTEST_MONTH: Final = Decimal(28 * 24)
LONGEST_MONTH: Final = Decimal(31 * 24)
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule makes, in the unit of the figure that states it."""

    low: Decimal
    typical: Decimal
    high: Decimal
    is_calendar: bool
    """Whether it is by a month of hours or days, of which months have more or fewer."""

    @property
    def of_730_hours(self) -> Derived:
        """By AWS's own month alone."""
        return Derived(self.typical, self.typical, self.typical, is_calendar=False)


def derived(value: Value, figure: Figure, unit: str = "") -> Derived:
    """In the figure's unit, or another. Raises UnitError when it is of another kind."""
    low, typical, high = (
        it.to(unit or figure.unit).number for it in (value.low, value.typical, value.high)
    )
    stated_by = words(figure.unit)
    by_hours = value.words & SHORTER_THAN_MONTHS and not stated_by & SHORTER_THAN_MONTHS
    if "month" in stated_by and by_hours:
        shortest, longest = SHORTEST_MONTH / HOURS_PER_MONTH, LONGEST_MONTH / HOURS_PER_MONTH
        return Derived(low * shortest, typical, high * longest, is_calendar=True)
    return Derived(low, typical, high, is_calendar=False)


def holds(figure: Figure, found: Derived, tolerance: Tolerance) -> bool:
    """Half a digit more or less is forgiven, by the last that is stated; `cut` forgives a whole."""
    half = figure.step / 2
    match tolerance:
        case "rounded":
            if figure.is_exact and found.low == found.high:
                return _rounds_to(found.typical, figure)
            return found.high >= figure.low - half and found.low <= figure.high + half
        case "cut":
            return found.high > figure.low - figure.step and found.low < figure.high + figure.step
        case "between":
            return found.high >= figure.low - half and found.low <= figure.high + half
        case "all":
            if figure.is_strict and {found.low, found.high} & {figure.low, figure.high}:
                return False
            return found.low >= figure.low and found.high <= figure.high
        case "covers":
            return figure.high + half >= found.low


def _rounds_to(number: Decimal, figure: Figure) -> bool:
    digits = number / figure.step
    stated = figure.number / figure.step
    return stated in {digits.to_integral_value(it) for it in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def shown(number: Decimal, figure: Figure) -> str:
    """A number in the figure's scale and unit, to six digits that count."""
    scaled = number.scaleb(-SCALES[figure.scale])
    if not scaled.is_finite():
        return f"any number of {figure.unit}"
    digits = DIGITS - 1 - scaled.adjusted() if scaled else 0
    text = f"{scaled:,.{max(digits, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}{figure.scale} {figure.unit}"
