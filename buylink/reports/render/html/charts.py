"""Charts as Plotly's figures. Colours are names of the page's own, `--series-1`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from buylink.reports.document import Bars, Chart, Curve, Curves, Flow, Point, Tone
from buylink.reports.phrases import printable

PlotlyValues = dict[str, Any]
"""Plotly's own nested plain values, which a test has Plotly check: a figure, or a trace of it."""

_TONES: Final[dict[Tone, str]] = {"good": "--good", "bad": "--bad"}
_KINDS: Final = {
    "driver": "--series-1",
    "baseline": "--muted",
    "total": "--series-1",
    "category": "--series-3",
    "service": "--series-3",
    "component": "--series-4",
    "item": "--series-4",
}
_LONG: Final = 32
"""Letters of a bar's label, from which on a phone has no room for it."""
_USD: Final = {"tickprefix": "$", "tickformat": ","}


def figure(chart: Chart) -> PlotlyValues:
    """What Plotly draws."""
    match chart.drawing:
        case Bars():
            return _bars(chart.drawing)
        case Curves():
            return _curves(chart.drawing)
        case Flow():
            return _sankey(chart.drawing)


def height(chart: Chart) -> int:
    """Pixels."""
    match chart.drawing:
        case Bars(points):
            return 60 + 24 * len(points)
        case Curves():
            return 360
        case Flow():
            return 560


def least_width(chart: Chart) -> int:
    """Pixels: on less, the reader scrolls sideways within the figure."""
    match chart.drawing:
        case Bars(points):
            return 520 if any(len(str(point.at)) > _LONG for point in points) else 0
        case Curves():
            return 0
        case Flow():
            return 620


def _label(text: str) -> str:
    """A name as Plotly shows it: as it is, though Plotly reads some HTML."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;")


def _bars(bars: Bars) -> PlotlyValues:
    rising = list(reversed(bars.points))
    trace: PlotlyValues = {
        "type": "bar",
        "orientation": "h",
        "y": [_label(str(point.at)) for point in rising],
        "x": [point.typical for point in rising],
        "marker": {
            "color": [_TONES.get(point.tone, "--series-1") for point in rising],
            "opacity": [0.4 if point.pale else 1.0 for point in rising],
        },
        "hovertemplate": f"%{{y}}: $%{{x:,.2f}} {bars.per}<extra></extra>",
    }
    if _has_ranges(rising):
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [_high(point) - point.typical for point in rising],
            "arrayminus": [point.typical - _low(point) for point in rising],
            "color": "--muted",
            "thickness": 1.5,
        }
    layout = {"xaxis": _USD, "yaxis": {"type": "category", "dtick": 1}, "bargap": 0.35}
    return {"data": [trace], "layout": layout}


def _curves(curves: Curves) -> PlotlyValues:
    data = [trace for number, curve in enumerate(curves.curves) for trace in _curve(curve, number)]
    marked = [point for curve in curves.curves for point in curve.points if point.mark]
    if marked:
        data.append(_marks(curves.marked, marked))
    across: PlotlyValues = {"title": {"text": curves.across}}
    if curves.categories:
        across["type"] = "category"
    else:
        across["tickformat"] = ","
    if curves.logarithmic:
        across |= {"type": "log", "dtick": 1}
    return {"data": data, "layout": {"xaxis": across, "yaxis": {**_USD, "rangemode": "tozero"}}}


def _curve(curve: Curve, number: int) -> Iterable[PlotlyValues]:
    """A line of typical amounts, within a band from low to high where there are ranges."""
    across = [point.at for point in curve.points]
    if _has_ranges(curve.points):
        edge = {
            "type": "scatter",
            "mode": "lines",
            "x": across,
            "line": {"width": 0},
            "showlegend": False,
            "hoverinfo": "skip",
        }
        high = [_high(point) for point in curve.points]
        yield {**edge, "name": "low", "y": [_low(point) for point in curve.points]}
        yield {**edge, "name": "high", "y": high, "fill": "tonexty", "fillcolor": "--band"}
    yield {
        "type": "scatter",
        "mode": "lines+markers",
        "name": curve.name,
        "x": across,
        "y": [point.typical for point in curve.points],
        "line": {"color": f"--series-{number + 1}", **({"dash": "dash"} if number else {})},
        "hovertemplate": f"%{{x}}: $%{{y:,.2f}} {curve.name}<extra></extra>",
    }


def _marks(name: str, points: Sequence[Point]) -> PlotlyValues:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [point.at for point in points],
        "y": [point.typical for point in points],
        "marker": {"color": "--bad", "symbol": "x", "size": 11},
        "hovertext": [_label(point.mark) for point in points],
        "hovertemplate": "%{x}: $%{y:,.2f}, past %{hovertext}<extra></extra>",
    }


def _has_ranges(points: Sequence[Point]) -> bool:
    return any(point.low is not None for point in points)


def _low(point: Point) -> float:
    return point.typical if point.low is None else point.low


def _high(point: Point) -> float:
    return point.typical if point.high is None else point.high


def _sankey(flow: Flow) -> PlotlyValues:
    places = {node.id: number for number, node in enumerate(flow.nodes)}
    drivers = {node.id for node in flow.nodes if node.kind == "driver"}
    trace = {
        "type": "sankey",
        "arrangement": "snap",
        "valueformat": "$,.2f",
        "node": {
            "label": [_label(f"{node.label}, {node.amount}") for node in flow.nodes],
            "color": [_KINDS[node.kind] for node in flow.nodes],
            "line": {"width": 0},
            "pad": 14,
            "thickness": 14,
        },
        "link": {
            "source": [places[link.source] for link in flow.links],
            "target": [places[link.target] for link in flow.links],
            "value": [link.value for link in flow.links],
            "color": ["--band" if link.source in drivers else "--flow" for link in flow.links],
        },
    }
    return {"data": [trace], "layout": {"margin": {"l": 8, "r": 8, "t": 16, "b": 16}}}
