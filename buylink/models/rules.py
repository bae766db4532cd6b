"""The rules by which one figure follows from others: their arithmetic, none of any document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, mul
from typing import Final, Literal

from buylink.costs.prices.book import Meter, PriceError, packaged
from buylink.models.model import (
    AMOUNT,
    QUANTITY,
    SHARE,
    UNIT_PRICE,
    Call,
    Expression,
    ListPrice,
    Model,
    Node,
    Reference,
    Relation,
    Stated,
)
from buylink.models.units import ONE, SHORTER_THAN_MONTHS, Amount, words

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
        compute=lambda values: values[0] - values[1],
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
        compute=lambda values: values[0] * (ONE - values[1].to("")),
        formula="{0} * (1 - {1})",
        tolerance="rounded",
        signs="+-",
    ),
    Rule(
        name="same",
        about="the same thing stated elsewhere",
        compute=lambda values: values[0],
        formula="{0}",
        tolerance="rounded",
    ),
    Rule(
        name="listPrice",
        about="what the price book has for it",
        compute=lambda values: values[0],
        formula="{0}",
        tolerance="rounded",
    ),
    Rule(
        name="ratio",
        about="the first for each of the second, or by the second",
        compute=lambda values: values[0] / values[1],
        formula="{0} / {1}",
        signs="+-",
    ),
    Rule(
        name="share",
        about="a part of its whole",
        compute=lambda values: values[0] / values[1],
        formula="{0} / {1}",
        signs="+-",
    ),
    Rule(
        name="growth",
        about="how much more the second is than the first, of the first; also a return on a cost",
        compute=lambda values: (values[1] - values[0]) / values[0],
        formula="({1} - {0}) / {0}",
        signs="-+",
    ),
    Rule(
        name="reduction",
        about="how much less the second is than the first, of the first",
        compute=lambda values: (values[0] - values[1]) / values[0],
        formula="({0} - {1}) / {0}",
        signs="+-",
    ),
    Rule(
        name="margin",
        about="what of a revenue is left after its cost",
        compute=lambda values: (values[0] - values[1]) / values[0],
        formula="({0} - {1}) / {0}",
        signs="+-",
    ),
    Rule(
        name="requiredRevenue",
        about="the revenue that leaves a margin after a cost",
        compute=lambda values: values[0] / (ONE - values[1].to("")),
        formula="{0} / (1 - {1})",
    ),
    Rule(
        name="payback",
        about="how long a saving takes to pay its cost",
        compute=lambda values: values[0] / values[1],
        formula="{0} / {1}",
        signs="+-",
    ),
    Rule(
        name="between",
        about="a mean or a value in between, which lies within the extremes",
        compute=lambda values: values[0],
        many=", ",
        tolerance="between",
    ),
    Rule(
        name="all",
        about="a bound that each of them keeps",
        compute=lambda values: values[0],
        many=", ",
        tolerance="all",
    ),
    Rule(
        name="covers",
        about="a cost that is at least what a part of it costs",
        compute=lambda values: values[0],
        formula="{0}",
        tolerance="covers",
    ),
)
RULES: Final = {rule.name: rule for rule in _ALL}


_TIMES = SHORTER_THAN_MONTHS | {"month", "year"}


def relations(model: Model) -> Iterator[tuple[Stated, Relation]]:
    """Every figure that is stated, with everything it follows from."""
    for section in model.sections:
        yield from _of_node(section, None, model.region)


def _of_node(node: Node, parent: Node | None, region: str) -> Iterator[tuple[Stated, Relation]]:
    for stated in node.figures.values():
        if stated.figure is not None:
            yield from ((stated, relation) for relation in _implied(stated, node, parent, region))
            yield from ((stated, relation) for relation in stated.follows)
    for part in node.parts:
        yield from _of_node(part, node, region)


def _implied(stated: Stated, node: Node, parent: Node | None, region: str) -> Iterator[Relation]:
    name = stated.path.rsplit(".", 1)[-1]
    if name == AMOUNT:
        if sums := _sum_of_parts(node):
            yield Relation(call=sums, reading=node.readings.get("sum", ""))
        if UNIT_PRICE in node.figures and (product := _quantity_by_price(node)):
            yield Relation(call=product, reading=node.readings.get("product", ""))
    if name == SHARE and parent is not None and AMOUNT in node.figures:
        whole = Reference(f"{parent.path}.{AMOUNT}")
        call = Call("share", (Reference(f"{node.path}.{AMOUNT}"), whole))
        yield Relation(call=call, reading=node.readings.get("share", ""))
    if node.priced and name == (UNIT_PRICE if UNIT_PRICE in node.figures else AMOUNT):
        price = _listed(node, region)
        if name == AMOUNT and QUANTITY in node.figures:
            price = Call("product", (Reference(f"{node.path}.{QUANTITY}"), price))
        rule = "covers" if node.priced.besides else "listPrice"
        reading = node.readings.get("list", "")
        yield Relation(call=Call(rule, (price,)), reading=reading, besides=node.priced.besides)


def completed(node: Node, region: str) -> Node:
    """The node with an amount where none is stated and one follows: from its parts, from quantity
    and unit price, or from list prices.
    """
    node = replace(node, parts=tuple(completed(part, region) for part in node.parts))
    call = None if AMOUNT in node.figures else _sum_of_parts(node) or _quantity_by_price(node)
    if call is None and AMOUNT not in node.figures and node.priced:
        price = _listed(node, region)
        has_quantity = QUANTITY in node.figures
        quantity = Reference(f"{node.path}.{QUANTITY}")
        call = Call("product", (quantity, price) if has_quantity else (price,))
    if call is None:
        return node
    path = f"{node.path}.{AMOUNT}"
    amount = Stated(path=path, figure=None, at=None, mark=node.mark, follows=(Relation(call=call),))
    return replace(node, figures={**node.figures, AMOUNT: amount})


def _sum_of_parts(node: Node) -> Call | None:
    if not node.parts or not all(AMOUNT in part.figures for part in node.parts):
        return None
    return Call("sum", tuple(Reference(f"{part.path}.{AMOUNT}") for part in node.parts))


def _quantity_by_price(node: Node) -> Call | None:
    if not {QUANTITY, UNIT_PRICE} <= set(node.figures):
        return None
    paths = (f"{node.path}.{QUANTITY}", f"{node.path}.{UNIT_PRICE}")
    return Call("product", tuple(Reference(path) for path in paths))


def _listed(node: Node, region: str) -> Expression:
    """What one of a node's units costs at list prices."""
    priced = node.priced
    if priced is None:
        raise ValueError(f"expected list prices of {node.path}")
    quantity = node.figures.get(QUANTITY)
    thing = quantity.figure.unit if quantity and quantity.figure else ""
    parts: list[Expression] = []
    for of, meter in priced.parts:
        if of is None:
            parts.append(ListPrice(meter, thing if _is_time(meter, region) else ""))
        else:
            parts.append(Call("product", (of, ListPrice(meter))))
    return parts[0] if len(parts) == 1 else Call("sum", tuple(parts))


def _is_time(meter: Meter, region: str) -> bool:
    """Whether a meter's unit is a time alone, such as an instance's hour."""
    try:
        return words(packaged().in_region(region).price(meter).unit) <= _TIMES
    except PriceError:  # reported where its price is asked for
        return False
