"""The flow of a document as Mermaid's flowchart, which GitHub draws in a README."""

from __future__ import annotations

from typing import Final

from rich.console import Console

from buylink.reports.document import Document, Flow, FlowLink, Part
from buylink.reports.phrases import printable

PART: Part = "flow"

WIDEST: Final = 24
"""Pixels of a flow that is the whole; the others are in proportion, but never thinner than one."""

_STYLES: Final = {
    "driver": "fill:#0b6e99,color:#fff,stroke:#0b6e99",
    "baseline": "fill:#5f6368,color:#fff,stroke:#5f6368",
    "place": "fill:#e8eef2,color:#1c1e21,stroke:#5f6368",
}
"""Fill and text of one node together, so that it reads on a light page and on a dark one."""

_SHAPES: Final = {"driver": ("([", "])"), "baseline": ("([", "])")}


def draw(document: Document, console: Console) -> None:
    """Nodes with their sums, flows with their amounts and as wide as these."""
    flow = document.flow or Flow((), (), 0)
    names = {node.id: f"n{number}" for number, node in enumerate(flow.nodes)}
    lines = ["flowchart LR", *(f"  %% {_escaped(note)}" for note in flow.notes)]
    for node in flow.nodes:
        left, right = _SHAPES.get(node.kind, ("[", "]"))
        text = f"{_escaped(node.label)}<br/>{_escaped(node.amount)}"
        style = node.kind if node.kind in _STYLES else "place"
        lines.append(f'  {names[node.id]}{left}"{text}"{right}:::{style}')
    for link in flow.links:
        ends = names[link.source], names[link.target]
        lines.append(f'  {ends[0]} -->|"{_escaped(link.amount)}"| {ends[1]}')
    widths = [_width(link, flow.whole) for link in flow.links]
    for width in sorted(set(widths)):
        numbers = ",".join(str(number) for number, each in enumerate(widths) if each == width)
        lines.append(f"  linkStyle {numbers} stroke-width:{width}px")
    lines += [f"  classDef {name} {style}" for name, style in _STYLES.items()]
    console.file.write("\n".join(lines) + "\n")


def _width(link: FlowLink, whole: float) -> int:
    return max(1, round(WIDEST * link.value / whole)) if whole else 1


_ENTITIES: Final = {
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
