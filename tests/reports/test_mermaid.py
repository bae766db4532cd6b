"""Mermaid by itself; tests/system/browser draws it with the real one."""

from __future__ import annotations

from decimal import Decimal

from buylink.planning.cost_flow import CostFlow, Flow, Node
from buylink.reports import cost_flow
from buylink.reports.render import drawn


def mermaid(graph: CostFlow) -> str:
    return drawn(cost_flow.document(graph), "mermaid")


def test_labels_that_mermaid_would_read_are_escaped() -> None:
    graph = CostFlow(
        "a\nb",
        "USD a month",
        (
            Node(id="a", kind="driver", label='"users" <b>#1</b> `x`\n%%{init}%% & more'),
            Node(id="b", kind="component", label="end]"),
        ),
        (Flow(source="a", target="b", amount=Decimal(3)),),
        ("note\n  of two lines",),
    )
    assert mermaid(graph).splitlines() == [
        "flowchart LR",
        "  %% a b: USD a month, typically",
        "  %% note of two lines",
        '  n0(["#quot;users#quot; #lt;b#gt;#35;1#lt;/b#gt; #96;x#96; #37;#37;{init}#37;#37; #amp; more<br/>$3.00"]):::driver',
        '  n1["end]<br/>$3.00"]:::place',
        '  n0 -->|"$3.00"| n1',
        "  linkStyle 0 stroke-width:24px",
        "  classDef driver fill:#0b6e99,color:#fff,stroke:#0b6e99",
        "  classDef baseline fill:#5f6368,color:#fff,stroke:#5f6368",
        "  classDef place fill:#e8eef2,color:#1c1e21,stroke:#5f6368",
    ]


def test_a_graph_without_money_is_drawn_empty() -> None:
    assert mermaid(CostFlow("none", "USD a month", (), ())).startswith("flowchart LR\n")
