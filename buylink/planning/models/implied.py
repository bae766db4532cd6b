"""The relations that the shape of a node states by itself: sums, products, shares, list prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from buylink.costs.prices.book import Meter, PriceError, packaged
from buylink.planning.models.model import (
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
from buylink.planning.models.units import SHORTER_THAN_MONTHS, words

_TIMES = SHORTER_THAN_MONTHS | {"month", "year"}


def relations(model: Model) -> Iterator[tuple[Stated, Relation]]:
    """Every figure that is stated, with everything it follows from."""
    for section in model.sections:
        yield from _of_node(section, None, model.region)


def _of_node(node: Node, parent: Node | None, region: str) -> Iterator[tuple[Stated, Relation]]:
    for stated in node.figures.values():
        if stated.figure is not None:
            yield from ((stated, it) for it in _implied(stated, node, parent, region))
            yield from ((stated, it) for it in stated.follows)
    for part in node.parts:
        yield from _of_node(part, node, region)


def _implied(stated: Stated, node: Node, parent: Node | None, region: str) -> Iterator[Relation]:
    name = stated.path.rsplit(".", 1)[-1]
    if name == AMOUNT:
        if sums := _sum(node):
            yield Relation(call=sums, reading=node.readings.get("sum", ""))
        if UNIT_PRICE in node.figures and (product := _product(node)):
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
    call = None if AMOUNT in node.figures else _sum(node) or _product(node)
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


def _sum(node: Node) -> Call | None:
    if not node.parts or not all(AMOUNT in part.figures for part in node.parts):
        return None
    return Call("sum", tuple(Reference(f"{part.path}.{AMOUNT}") for part in node.parts))


def _product(node: Node) -> Call | None:
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
    except PriceError:  # reported where it is asked for its price
        return False
