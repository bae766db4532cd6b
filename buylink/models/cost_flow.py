"""The cost flow of a declared model: from what drives it, through its categories to its items."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from buylink.costs.estimate import CURRENCY
from buylink.models.evaluation import Evaluation
from buylink.models.model import AMOUNT, COSTS, Model, ModelError, Node
from buylink.models.units import MONEY_PER_TIME
from buylink.planning.cost_flow import EXACT, CostFlow, Flow, FlowError
from buylink.planning.cost_flow import Node as Place

UNIT: Final = f"{CURRENCY} a month"
BASELINE: Final = "baseline"


def cost_flow(model: Model) -> CostFlow:
    """Amounts as they are stated: where parts don't make their whole, a note says so.

    A category's money comes from what drives its items, in the proportion of these. ModelError
    for amounts below zero, which no flow can show.
    """
    costs = model.nodes[COSTS]
    amounts = _amounts(model)
    tops = costs.parts or (costs,)
    driven = {top.path: _by_driver(top, costs.driver, amounts) for top in tops}
    sources = dict.fromkeys(driver for by_driver in driven.values() for driver in by_driver)
    into = [
        Flow(source=_source(driver), target=top.path, amount=amount, holds=(top.name,))
        for top in tops
        for driver, amount in driven[top.path].items()
    ]
    places = [
        Place(id=_source(source), kind="driver" if source else "baseline", label=source or BASELINE)
        for source in sources
    ]
    nodes = [node for top in tops for node in top.walk()]
    places += [
        Place(id=node.path, kind="category" if node.parts else "item", label=node.name)
        for node in nodes
    ]
    flows = (*into, *(flow for node in nodes for flow in _flows(node, amounts)))
    try:
        return CostFlow(model.name, UNIT, tuple(places), flows, tuple(_notes(costs, amounts)))
    except FlowError as error:
        problems = [f"{model.file}: {COSTS}: {problem}" for problem in error.problems]
        raise ModelError(*problems) from None


def _amounts(model: Model) -> dict[str, Decimal]:
    """USD a month of every node of the cost tree."""
    evaluation = Evaluation(model)
    return {
        node.path: evaluation.of(node.figures[AMOUNT]).typical.to(MONEY_PER_TIME).number
        for node in model.nodes[COSTS].walk()
    }


def _source(driver: str) -> str:
    return f"driver {driver}" if driver else "baseline"


def _by_driver(node: Node, inherited: str, amounts: dict[str, Decimal]) -> dict[str, Decimal]:
    """What of a node's money each driver causes; "" is what depends on none."""
    by_driver: dict[str, Decimal] = {}
    for driver, amount in _items(node, inherited, amounts):
        by_driver[driver] = by_driver.get(driver, Decimal(0)) + amount
    whole, stated = sum(by_driver.values(), Decimal(0)), amounts[node.path]
    return (
        {driver: stated * part / whole for driver, part in by_driver.items()}
        if whole
        else {"": stated}
    )


def _items(
    node: Node, inherited: str, amounts: dict[str, Decimal]
) -> Iterable[tuple[str, Decimal]]:
    driver = node.driver or inherited
    if not node.parts:
        yield driver, amounts[node.path]
    for part in node.parts:
        yield from _items(part, driver, amounts)


def _flows(node: Node, amounts: dict[str, Decimal]) -> Iterable[Flow]:
    for part in node.parts:
        yield Flow(
            source=node.path, target=part.path, amount=amounts[part.path], holds=(part.name,)
        )


def _notes(costs: Node, amounts: dict[str, Decimal]) -> Iterable[str]:
    for node in costs.walk():
        if node.parts:
            parts = sum((amounts[part.path] for part in node.parts), Decimal(0))
            if abs(parts - amounts[node.path]) > EXACT:
                yield f"{node.name} is ${amounts[node.path]:,f}, and its parts are ${parts:,f}"
