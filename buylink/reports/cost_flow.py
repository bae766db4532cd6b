"""The cost flow: from users and videos through services to what they are paid for."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from buylink.planning.cost_flow import CostFlow
from buylink.reports import money
from buylink.reports.document import (
    Chart,
    Document,
    Flow,
    FlowLink,
    FlowNode,
    Fold,
    Items,
    Json,
    Paragraph,
    Table,
    figures,
    rows,
    texts,
)

VERSION: Final = 1
LEAST: Final = Decimal("0.01")
"""What passes less of the whole than this is drawn as one: all of it is in the JSON."""


def document(graph: CostFlow) -> Document:
    """The diagram, the sums of its nodes, and all flows."""
    drawn = graph.folded(LEAST)
    flow = _flow(drawn)
    return Document(
        id="money",
        title=f"Cost flow of {graph.name}",
        topic="The cost flow",
        blocks=(
            Paragraph(
                f"Typical amounts, {graph.unit}. "
                "What is less than 1 % of the whole is drawn as one."
            ),
            *((Items.of(*graph.notes),) if graph.notes else ()),
            Chart(
                id="money",
                about="A Sankey diagram: on the left what drives the cost, on the right what it is "
                "paid for. Bands are as wide as their amounts.",
                drawing=flow,
            ),
            _nodes(drawn),
            Fold("all flows, the greatest first", (_flows(graph),)),
        ),
        data={"version": VERSION, **_data(graph)},
        flow=flow,
    )


def _flow(graph: CostFlow) -> Flow:
    return Flow(
        nodes=tuple(
            FlowNode(node.id, node.kind, node.label, money.usd(graph.amount(node.id)))
            for node in graph.nodes
        ),
        links=tuple(
            FlowLink(flow.source, flow.target, float(flow.amount), money.usd(flow.amount))
            for flow in graph.flows
        ),
        whole=float(graph.total),
        notes=(f"{graph.name}: {graph.unit}, typically", *graph.notes),
    )


def _nodes(graph: CostFlow) -> Table:
    cells = [(node.label, node.kind, money.usd(graph.amount(node.id))) for node in graph.nodes]
    columns = (*texts("node", "kind"), *figures(graph.unit))
    return Table("sums of the diagram's nodes", columns, rows(cells))


def _flows(graph: CostFlow) -> Table:
    labels = {node.id: node.label for node in graph.nodes}
    flows = sorted(graph.flows, key=lambda flow: -flow.amount)
    cells = [(labels[flow.source], labels[flow.target], money.usd(flow.amount)) for flow in flows]
    columns = (*texts("from", "to"), *figures(graph.unit))
    return Table("all flows, the greatest first", columns, rows(cells))


def _data(graph: CostFlow) -> Json:
    """GRAPH, described in docs/reference/json.md."""
    return {
        "name": graph.name,
        "unit": graph.unit,
        "total": money.decimal_data(graph.total),
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "label": node.label,
                "amount": money.decimal_data(graph.amount(node.id)),
            }
            for node in graph.nodes
        ],
        "flows": [
            {
                "source": flow.source,
                "target": flow.target,
                "amount": money.decimal_data(flow.amount),
                "holds": list(flow.holds),
            }
            for flow in graph.flows
        ],
        "warnings": list(graph.notes),
    }
