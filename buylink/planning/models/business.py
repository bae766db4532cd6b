"""From YAML to which of a model's figures make its economics."""

from __future__ import annotations

import yaml

from buylink.planning.models.model import Business, Expression, Optimization
from buylink.planning.models.reading import line_of
from buylink.planning.models.shapes import Shapes

_HERE = "economics"
_NEEDED = ("bill", "users")
_KEYS = (*_NEEDED, "arpu", "conversion", "loads", "periods", "paybacks", "states")


def business(node: yaml.Node | None, shapes: Shapes) -> Business | None:
    """None where there is none, or what it must have is missing."""
    if node is None:
        return None
    reading = shapes.reading
    keys = reading.known(node, _HERE, _KEYS)
    found: dict[str, Expression | None] = {
        name: shapes.expression(keys[name], f"{_HERE}.{name}")
        for name in ("bill", "users", "arpu", "conversion")
        if name in keys
    }
    for name in _NEEDED:
        if name not in keys:
            text = "missing: expected the path of a figure"
            reading.problem(line_of(node), f"{_HERE}.{name}", text)
    if ("arpu" in keys) != ("conversion" in keys):
        reading.problem(line_of(node), _HERE, "expected arpu and conversion together, got one")
    bill, users = found.get("bill"), found.get("users")
    if bill is None or users is None:
        return None
    return Business(
        mark=line_of(node),
        bill=bill,
        users=users,
        arpu=found.get("arpu"),
        conversion=found.get("conversion"),
        loads=reading.text(keys.get("loads"), f"{_HERE}.loads"),
        periods=_texts(keys.get("periods"), "periods", shapes),
        paybacks=_paybacks(keys.get("paybacks"), shapes),
        states=_texts(keys.get("states"), "states", shapes),
    )


def _texts(node: yaml.Node | None, key: str, shapes: Shapes) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(shapes.reading.text(it, f"{_HERE}.{key}") for it in shapes.reading.items(node))


def _paybacks(node: yaml.Node | None, shapes: Shapes) -> tuple[Optimization, ...]:
    found: list[Optimization] = []
    where = f"{_HERE}.paybacks"
    for it in shapes.reading.items(node) if node is not None else []:
        keys = shapes.reading.known(it, where, ("name", "cost", "saving"))
        if set(keys) != {"name", "cost", "saving"}:
            shapes.reading.problem(line_of(it), where, "expected name, cost and saving")
            continue
        cost = shapes.expression(keys["cost"], f"{where}.cost")
        saving = shapes.expression(keys["saving"], f"{where}.saving")
        name = shapes.reading.text(keys["name"], f"{where}.name")
        if cost is not None and saving is not None:
            found.append(Optimization(name=name, cost=cost, saving=saving))
    return tuple(found)
