"""Cost flow in a report: a Sankey diagram, and all of its flows."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from buylink.planning.cost_flow import CostFlow, Kind
from buylink.reports import money
from buylink.reports.cells import Cells
from buylink.reports.html import shapes
from buylink.reports.html.section import Chart, Section
from buylink.reports.wording import printable

_COLOURS: Final[dict[Kind, str]] = {
    "driver": "--series-1",
    "baseline": "--muted",
    "total": "--series-1",
    "category": "--series-3",
    "service": "--series-3",
    "component": "--series-4",
    "item": "--series-4",
}
LEAST: Final = Decimal("0.01")
"""What passes less of the whole is drawn as one; the table has all of it."""


def section(graph: CostFlow) -> Section:
    """From what drives the money to what it is paid for."""
    return Section(
        id="money",
        title="Cost flow",
        lines=(
            f"Typical amounts, {graph.unit}. What is less than 1 % of the whole is drawn as one.",
            *(printable(it) for it in graph.notes),
        ),
        charts=(_chart(graph.folded(LEAST)),),
        tables=(_nodes(graph.folded(LEAST)),),
        folded=(_flows(graph),),
    )


def _chart(graph: CostFlow) -> Chart:
    places = {node.id: number for number, node in enumerate(graph.nodes)}
    return Chart(
        id="money",
        about="A Sankey diagram: on the left what drives the cost, on the right what it is paid "
        "for. Bands are as wide as their amounts.",
        data=[
            {
                "type": "sankey",
                "arrangement": "snap",
                "valueformat": "$,.2f",
                "node": {
                    "label": [_label(it.label, graph.amount(it.id)) for it in graph.nodes],
                    "color": [_COLOURS[it.kind] for it in graph.nodes],
                    "line": {"width": 0},
                    "pad": 14,
                    "thickness": 14,
                },
                "link": {
                    "source": [places[it.source] for it in graph.flows],
                    "target": [places[it.target] for it in graph.flows],
                    "value": [float(it.amount) for it in graph.flows],
                    "color": [_flow_colour(graph.by_id[it.source].kind) for it in graph.flows],
                },
            }
        ],
        layout={"margin": {"l": 8, "r": 8, "t": 16, "b": 16}},
        height=560,
        least_width=620,
    )


def _label(label: str, amount: Decimal) -> str:
    return shapes.label(f"{label}, {money.usd(amount)}")


def _flow_colour(source: Kind) -> str:
    return "--band" if source == "driver" else "--flow"


def _nodes(graph: CostFlow) -> Cells:
    rows = tuple(
        (printable(it.label), it.kind, money.usd(graph.amount(it.id))) for it in graph.nodes
    )
    return Cells("sums of the diagram's nodes", ("node", "kind", graph.unit), rows, 1)


def _flows(graph: CostFlow) -> Cells:
    labels = {it.id: printable(it.label) for it in graph.nodes}
    flows = sorted(graph.flows, key=lambda it: -it.amount)
    rows = tuple((labels[it.source], labels[it.target], money.usd(it.amount)) for it in flows)
    return Cells("all flows, the greatest first", ("from", "to", graph.unit), rows, 1)
