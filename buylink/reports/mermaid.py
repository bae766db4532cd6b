"""A money graph as Mermaid's flowchart, which GitHub draws in a README."""

from __future__ import annotations

from decimal import Decimal

from buylink.planning.cost_flow import CostFlow, Kind
from buylink.reports import money
from buylink.reports.wording import printable

WIDEST = 24
"""Pixels of a flow that is the whole; the others are in proportion, but never thinner than one."""

_STYLES = {
    "driver": "fill:#0b6e99,color:#fff,stroke:#0b6e99",
    "baseline": "fill:#5f6368,color:#fff,stroke:#5f6368",
    "place": "fill:#e8eef2,color:#1c1e21,stroke:#5f6368",
}
"""Fill and text of one node together, so that it reads on a light page and on a dark one."""

_SHAPES: dict[Kind, tuple[str, str]] = {"driver": ("([", "])"), "baseline": ("([", "])")}


def render(graph: CostFlow) -> str:
    """Nodes with their sums, flows with their amounts and as wide as these; ends with a newline."""
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    notes = (f"{graph.name}: {graph.unit}, typically", *graph.notes)
    lines += [f"  %% {_escaped(note)}" for note in notes]
    for node in graph.nodes:
        left, right = _SHAPES.get(node.kind, ("[", "]"))
        text = f"{_escaped(node.label)}<br/>{_amount(graph.amount(node.id))}"
        style = node.kind if node.kind in _STYLES else "place"
        lines.append(f'  {names[node.id]}{left}"{text}"{right}:::{style}')
    for it in graph.flows:
        lines.append(f'  {names[it.source]} -->|"{_amount(it.amount)}"| {names[it.target]}')
    widths = [_width(it.amount, graph.total) for it in graph.flows]
    for width in sorted(set(widths)):
        numbers = ",".join(str(number) for number, it in enumerate(widths) if it == width)
        lines.append(f"  linkStyle {numbers} stroke-width:{width}px")
    lines += [f"  classDef {name} {style}" for name, style in _STYLES.items()]
    return "\n".join(lines) + "\n"


def _amount(amount: Decimal) -> str:
    return _escaped(money.usd(amount))


def _width(amount: Decimal, whole: Decimal) -> int:
    return max(1, round(WIDEST * amount / whole)) if whole else 1


_ENTITIES = {
    "&": "#amp;",
    "<": "#lt;",
    ">": "#gt;",
    '"': "#quot;",
    "#": "#35;",
    "%": "#37;",
    "`": "#96;",
}


def _escaped(text: str) -> str:
    """One line in which nothing is Mermaid's, Markdown's or HTML's own."""
    return "".join(_ENTITIES.get(letter, letter) for letter in printable(" ".join(text.split())))
