"""What an expression of a model comes to, and the arithmetic that a reader can follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from buylink.costs.prices.book import packaged
from buylink.models.figures import Figure
from buylink.models.model import (
    AMOUNT,
    Call,
    Expression,
    ListPrice,
    Model,
    Reference,
    Stated,
)
from buylink.models.rules import RULES, Rule
from buylink.models.units import Amount, binary_bytes, words

SPANNING = ("between", "all")


class PathError(Exception):
    """A path that leads nowhere, or round in a circle."""


class UnreadError(PathError):
    """Of a figure that couldn't be read, which is reported where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A result: `low` and `high` differ where a figure says about, at least, or a range."""

    low: Amount
    typical: Amount
    high: Amount
    arithmetic: str
    uses: tuple[str, ...] = ()
    """The paths of the figures that it is of."""
    words: frozenset[str] = frozenset()
    """The words of all units it is of, so also of those that cancelled out."""
    rule: str = ""
    """The rule that made it; empty for a figure."""
    terms: tuple[str, ...] = ()
    """What a sum is of."""

    @property
    def is_exact(self) -> bool:
        return self.low.number == self.high.number


class Evaluation:
    """Works out what a model's figures come to; a GB has 1,024 MB where `binary`, else 1,000."""

    def __init__(self, model: Model, *, binary: bool = False) -> None:
        self.model = model
        self.binary = binary
        self._open: list[str] = []

    def value(self, expression: Expression) -> Value:
        """Raises PathError, UnitError and PriceError, and ArithmeticError for a division by nothing
        or a figure without a bound where one is needed.
        """
        match expression:
            case Figure():
                return self._of_figure(expression, ())
            case ListPrice():
                return self._of_price(expression)
            case Reference():
                figures = self.figures(expression.path)
                if len(figures) > 1:
                    raise PathError(f"expected one figure, got several of {expression.path!r}")
                return self.of(figures[0])
            case Call():
                return self._of_call(expression)

    def of(self, stated: Stated) -> Value:
        """What is stated, or what it is left to follow from."""
        if stated.figure is not None:
            return self._of_figure(stated.figure, (stated.path,))
        if stated.path in self._open:
            circle = [*self._open[self._open.index(stated.path) :], stated.path]
            raise PathError(f"expected no circle, got {' -> '.join(circle)}")
        if not stated.follows:
            raise UnreadError(stated.path)
        self._open.append(stated.path)
        try:
            return self.value(stated.follows[0].call)
        finally:
            self._open.pop()

    def figures(self, path: str) -> list[Stated]:
        """The figures that a path means, several where it has a star."""
        figures = [
            figure for each in self._paths(path) if (figure := self._figure(each)) is not None
        ]
        if not figures:
            raise PathError(f"expected the path of a figure, got {path!r}")
        return figures

    def _of_figure(self, figure: Figure, uses: tuple[str, ...]) -> Value:
        unit = binary_bytes(figure.unit) if self.binary else figure.unit
        return Value(
            low=Amount(figure.low, unit),
            typical=Amount(figure.number, unit),
            high=Amount(figure.high, unit),
            arithmetic=figure.text,
            uses=uses,
            words=words(figure.unit),
        )

    def _of_price(self, list_price: ListPrice) -> Value:
        """A meter's first list price, in USD for its unit."""
        price = packaged().in_region(self.model.region).price(list_price.meter)
        parts = [word.replace(" ", "_") for word in price.unit.split("-")]
        unit = "/".join(("USD", *parts, *([list_price.per] if list_price.per else [])))
        amount = Amount(price.first, binary_bytes(unit) if self.binary else unit)
        text = f"{price.first.normalize():f} {unit}"
        return Value(low=amount, typical=amount, high=amount, arithmetic=text, words=words(unit))

    def _paths(self, path: str) -> Iterator[str]:
        head, star, tail = path.partition(".*")
        if not star:
            yield path
            return
        if head not in self.model.nodes:
            raise PathError(f"expected the path of a node before .*, got {head!r}")
        for part in self.model.nodes[head].parts:
            yield from self._paths(part.path + tail)

    def _figure(self, path: str) -> Stated | None:
        return self.model.figures.get(path) or self.model.figures.get(f"{path}.{AMOUNT}")

    def operands(self, call: Call) -> list[Expression]:
        """Those of a call, with stars replaced by what they stand for."""
        operands: list[Expression] = []
        for operand in call.operands:
            if isinstance(operand, Reference) and "*" in operand.path:
                operands += [Reference(each.path) for each in self.figures(operand.path)]
            else:
                operands.append(operand)
        return operands

    def _of_call(self, call: Call) -> Value:
        rule = RULES[call.rule]
        expressions = self.operands(call)
        values = [self.value(expression) for expression in expressions]
        terms = _terms(rule, values)
        uses = tuple(dict.fromkeys(path for value in values for path in value.uses))
        low, typical, high = _computed(rule, values)
        return Value(
            low=low,
            typical=typical,
            high=high,
            arithmetic=_arithmetic(rule, terms),
            uses=uses,
            rule=rule.name,
            terms=terms if rule.name == "sum" else (),
            words=frozenset[str]().union(*(value.words for value in values)),
        )


def _computed(rule: Rule, values: list[Value]) -> tuple[Amount, Amount, Amount]:
    if rule.name in SPANNING:
        unit = values[0].typical.unit
        low = min((value.low.to(unit) for value in values), key=_number)
        high = max((value.high.to(unit) for value in values), key=_number)
        return low, values[0].typical, high
    typical = rule.compute([value.typical for value in values])
    if all(value.is_exact for value in values):
        return typical, typical, typical
    moves = [(value, rule.rises_with(place)) for place, value in enumerate(values)]
    low = rule.compute([value.low if up else value.high for value, up in moves])
    high = rule.compute([value.high if up else value.low for value, up in moves])
    first, last = sorted((low.to(typical.unit), high.to(typical.unit)), key=_number)
    return first, typical, last


def _number(amount: Amount) -> Decimal:
    return amount.number


def _terms(rule: Rule, values: list[Value]) -> tuple[str, ...]:
    if rule.name == "sum":
        return tuple(term for value in values for term in value.terms or (value.arithmetic,))
    if rule.formula == "{0}" or rule.name in SPANNING:
        return tuple(value.arithmetic for value in values)
    bare = ("", "product") if rule.name == "product" else ("",)
    return tuple(
        value.arithmetic if value.rule in bare else f"({value.arithmetic})" for value in values
    )


def _arithmetic(rule: Rule, terms: tuple[str, ...]) -> str:
    if not rule.many:
        return rule.formula.format(*terms)
    return rule.many.join(_unit_once(terms) if rule.name == "sum" else terms)


def _unit_once(terms: tuple[str, ...]) -> tuple[str, ...]:
    """`2M + 3M USD/month` rather than each with its unit."""
    parts = [term.partition(" ") for term in terms]
    if len({unit for _, _, unit in parts}) > 1 or any("*" in term for term in terms):
        return terms
    return (*(number for number, _, _ in parts[:-1]), terms[-1])
