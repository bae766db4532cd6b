"""The rules by which one figure follows from others: their arithmetic, none of any document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import Final, Literal

from buylink.planning.models.units import ONE, Amount

Tolerance = Literal["rounded", "cut", "between", "all", "covers"]

TOLERANCES: Final[dict[Tolerance, str]] = {
    "rounded": "rounded to the last digit that is stated",
    "cut": "less than one in the last digit that is stated, so rounded or cut off",
    "between": "between the least and the greatest, each rounded",
    "all": "each of them within what is stated",
    "covers": "at least that, rounded to the last digit that is stated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`formula` shows its operands as {0}, {1}; `sign` is how the result moves with each: the
    first, the second, and all that follow. `many` is what joins operands of any number.
    """

    name: str
    about: str
    compute: Callable[[Sequence[Amount]], Amount]
    tolerance: Tolerance = "cut"
    formula: str = ""
    many: str = ""
    signs: str = "++"

    @property
    def operands(self) -> int:
        """How many it takes; 0 for any number."""
        if self.many:
            return 0
        return 2 if "{1}" in self.formula else 1

    def rises_with(self, operand: int) -> bool:
        return self.signs[min(operand, len(self.signs) - 1)] == "+"


def _sum(values: Sequence[Amount]) -> Amount:
    return reduce(add, values)


def _product(values: Sequence[Amount]) -> Amount:
    return reduce(mul, values)


_ALL: Final = (
    Rule(
        name="sum",
        about="the sum of its parts",
        compute=_sum,
        many=" + ",
        tolerance="rounded",
    ),
    Rule(
        name="difference",
        about="the first less the second",
        compute=lambda it: it[0] - it[1],
        formula="{0} - {1}",
        tolerance="rounded",
        signs="+-",
    ),
    Rule(
        name="product",
        about="a quantity times its unit price, or any product",
        compute=_product,
        many=" * ",
        tolerance="rounded",
    ),
    Rule(
        name="reduced",
        about="an amount less a percentage of it",
        compute=lambda it: it[0] * (ONE - it[1].to("")),
        formula="{0} * (1 - {1})",
        tolerance="rounded",
        signs="+-",
    ),
    Rule(
        name="same",
        about="the same thing stated elsewhere",
        compute=lambda it: it[0],
        formula="{0}",
        tolerance="rounded",
    ),
    Rule(
        name="listPrice",
        about="what the price book has for it",
        compute=lambda it: it[0],
        formula="{0}",
        tolerance="rounded",
    ),
    Rule(
        name="ratio",
        about="the first for each of the second, or by the second",
        compute=lambda it: it[0] / it[1],
        formula="{0} / {1}",
        signs="+-",
    ),
    Rule(
        name="share",
        about="a part of its whole",
        compute=lambda it: it[0] / it[1],
        formula="{0} / {1}",
        signs="+-",
    ),
    Rule(
        name="growth",
        about="how much more the second is than the first, of the first; also a return on a cost",
        compute=lambda it: (it[1] - it[0]) / it[0],
        formula="({1} - {0}) / {0}",
        signs="-+",
    ),
    Rule(
        name="reduction",
        about="how much less the second is than the first, of the first",
        compute=lambda it: (it[0] - it[1]) / it[0],
        formula="({0} - {1}) / {0}",
        signs="+-",
    ),
    Rule(
        name="margin",
        about="what of a revenue is left after its cost",
        compute=lambda it: (it[0] - it[1]) / it[0],
        formula="({0} - {1}) / {0}",
        signs="+-",
    ),
    Rule(
        name="requiredRevenue",
        about="the revenue that leaves a margin after a cost",
        compute=lambda it: it[0] / (ONE - it[1].to("")),
        formula="{0} / (1 - {1})",
    ),
    Rule(
        name="payback",
        about="how long a saving takes to pay its cost",
        compute=lambda it: it[0] / it[1],
        formula="{0} / {1}",
        signs="+-",
    ),
    Rule(
        name="between",
        about="a mean or a value in between, which lies within the extremes",
        compute=lambda it: it[0],
        many=", ",
        tolerance="between",
    ),
    Rule(
        name="all",
        about="a bound that each of them keeps",
        compute=lambda it: it[0],
        many=", ",
        tolerance="all",
    ),
    Rule(
        name="covers",
        about="a cost that is at least what a part of it costs",
        compute=lambda it: it[0],
        formula="{0}",
        tolerance="covers",
    ),
)
RULES: Final = {rule.name: rule for rule in _ALL}
