"""Parts of figures that several charts have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from buylink.costs.prices.quantity import Range
from buylink.reports.wording import printable


def label(text: str) -> str:
    """A name as Plotly shows it: as it is, though Plotly reads some HTML."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;")


def band(x: Sequence[str | int], amounts: Sequence[Range], name: str) -> list[dict[str, Any]]:
    """A line of typical amounts, within a band from low to high."""
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "line": {"width": 0},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [
        {**edge, "name": "low", "y": [float(it.low) for it in amounts]},
        {
            **edge,
            "name": "high",
            "y": [float(it.high) for it in amounts],
            "fill": "tonexty",
            "fillcolor": "--band",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": list(x),
            "y": [float(it.typical) for it in amounts],
            "line": {"color": "--series-1"},
            "hovertemplate": f"%{{x}}: $%{{y:,.2f}} {name}<extra></extra>",
        },
    ]
