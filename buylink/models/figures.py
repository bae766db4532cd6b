"""Figures as a document states them: a number, how sure and how exact it is, and a unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.models.units import Amount, is_unit, unknown_words

SCALES: Final = {"": 0, "K": 3, "M": 6, "B": 9, "T": 12}
MOST: Final = Decimal(10) ** 15
"""More than anyone pays, stores or counts."""
INFINITY: Final = Decimal("Infinity")

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?"
_FIGURE: Final = re.compile(
    rf"(?P<mark>[~<>]?)(?P<number>{_NUMBER})(?P<scale>[KMBT]?)"
    rf"(?:-(?P<to>{_NUMBER})(?P<to_scale>[KMBT]?))?(?P<more>\+?)(?:\s+(?P<unit>\S.*))?"
)


class FigureError(ValueError):
    """Text that is no figure: what was expected, and what it got."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A stated number of a unit.

    `low` and `high` are what its words leave open: the same as `number`, unless it says about
    (`~15B`), at least (`500+`), more or less than (`>20`, `<5`), or a range (`20-30`). `step` is
    the place of its last written digit: 0.01 for 0.25, a million for 35M.
    """

    text: str
    number: Decimal
    unit: str
    low: Decimal
    high: Decimal
    step: Decimal
    scale: str = ""
    is_strict: bool = False
    """More or less than `number`, and not it."""
    tokens: tuple[str, ...] = ()
    """Its numbers as the document writes them."""

    @property
    def amount(self) -> Amount:
        return Amount(self.number, self.unit)

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __str__(self) -> str:
        return self.text


def read(text: str, counted: Iterable[str]) -> Figure:
    """A figure such as `~0.21 USD/user/month`, `500+ instance`, `20-30 USD/month`, `48 %`.

    `counted` are the things a model counts. Raises FigureError.
    """
    match = _FIGURE.fullmatch(text.strip())
    if match is None or not any(letter.isdigit() for letter in match["number"]):
        raise FigureError(
            f"expected a figure such as 60 USD/month, ~15B USD/year or 20-30 %, got {text!r}"
        )
    if abs(_number(match["number"], match["scale"])) > MOST:
        raise FigureError(f"expected at most {MOST:,.0f}, got {text!r}")
    unit = _unit(match["unit"] or "", text, counted)
    step = _step(match["number"], match["scale"])
    low, high = _bounds(match, step)
    if low > high or (match["to"] and high > MOST):
        raise FigureError(f"expected the lower figure first, got {text!r}")
    tokens = [match["number"].lstrip("+-") + match["scale"]]
    if match["to"]:
        tokens.append(match["to"] + match["to_scale"])
    return Figure(
        text=text.strip(),
        number=(low + high) / 2 if match["to"] else _number(match["number"], match["scale"]),
        unit=unit,
        low=low,
        high=high,
        step=step,
        scale=match["scale"],
        is_strict=match["mark"] in {"<", ">"},
        tokens=tuple(tokens),
    )


def _unit(unit: str, text: str, counted: Iterable[str]) -> str:
    if not unit:
        raise FigureError(
            f"expected a number with its unit, got {text!r}: write x for a plain factor"
        )
    if not is_unit(unit):
        raise FigureError(f"expected a unit such as USD/GB/month, got {unit!r}")
    if strange := unknown_words(unit, counted):
        raise FigureError(
            f"expected units of measure, or what `counts` names, got {', '.join(strange)}"
        )
    return unit


def _bounds(match: re.Match[str], step: Decimal) -> tuple[Decimal, Decimal]:
    """What the words leave open: `20-30`, `500+`, `>20`, `<5`, `~15`."""
    number = _number(match["number"], match["scale"])
    if match["to"]:
        low = _number(match["number"], match["scale"] or match["to_scale"])
        return low, _number(match["to"], match["to_scale"])
    if match["mark"] == "~":
        return number - step / 2, number + step / 2
    if match["mark"] == "<":
        return -INFINITY, number
    return number, INFINITY if match["mark"] == ">" or match["more"] else number


def _number(digits: str, scale: str) -> Decimal:
    return Decimal(digits.replace(",", "")).scaleb(SCALES[scale])


def _step(digits: str, scale: str) -> Decimal:
    _, _, decimals = digits.partition(".")
    return Decimal(1).scaleb(SCALES[scale] - len(decimals))
