"""A money graph as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from typing import Any

from buylink.planning.cost_flow import CostFlow
from buylink.reports.json_costs import plain

VERSION = 1


def render(graph: CostFlow) -> str:
    """The document `{version, ...GRAPH}`."""
    return json.dumps({"version": VERSION, **document(graph)}, indent=2)


def document(graph: CostFlow) -> dict[str, Any]:
    """GRAPH: decimals are text."""
    return {
        "name": graph.name,
        "unit": graph.unit,
        "total": plain(graph.total),
        "nodes": [
            {
                "id": it.id,
                "kind": it.kind,
                "label": it.label,
                "amount": plain(graph.amount(it.id)),
            }
            for it in graph.nodes
        ],
        "flows": [
            {
                "source": it.source,
                "target": it.target,
                "amount": plain(it.amount),
                "holds": list(it.holds),
            }
            for it in graph.flows
        ],
        "warnings": list(graph.notes),
    }
