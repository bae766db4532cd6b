"""The bill in a report: by component with its ranges, and by service."""

from __future__ import annotations

from collections.abc import Callable

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.quantity import Range, total
from buylink.reports import money, wording
from buylink.reports.cells import Cells
from buylink.reports.html.section import Chart, Section
from buylink.reports.html.shapes import label


def section(estimate: Estimate) -> Section:
    """What each component costs a month, low, typical and high, and what is left out."""
    components = _sums(estimate, lambda it: it.component)
    services = _sums(estimate, lambda it: it.price.meter.service)
    lines = (*wording.left_out(estimate), *wording.basis(estimate))
    return Section(
        id="bill",
        title="The bill by component",
        lines=tuple(wording.printable(it) for it in lines),
        charts=(_chart(components),),
        tables=(
            _table("component", components, estimate.total),
            _table("service", services, estimate.total),
        ),
        folded=tuple(it for it in (_reasons(estimate),) if it.rows),
    )


def _chart(sums: dict[str, Range]) -> Chart:
    rising = list(reversed(sums.items()))
    typical = [float(it.typical) for _, it in rising]
    return Chart(
        id="bill",
        about="USD a month of each component, the dearest first. The bar is the typical amount, "
        "the thin line reaches from low to high.",
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "y": [label(name) for name, _ in rising],
                "x": typical,
                "marker": {"color": "--series-1"},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": [float(it.high - it.typical) for _, it in rising],
                    "arrayminus": [float(it.typical - it.low) for _, it in rising],
                    "color": "--muted",
                    "thickness": 1.5,
                },
                "hovertemplate": "%{y}: $%{x:,.2f} typically<extra></extra>",
            }
        ],
        layout={
            "xaxis": {"tickprefix": "$", "tickformat": ",", "rangemode": "tozero"},
            "yaxis": {"type": "category", "dtick": 1},
            "bargap": 0.35,
        },
        height=60 + 24 * len(sums),
    )


def _table(name: str, sums: dict[str, Range], whole: Range) -> Cells:
    rows = [(wording.printable(it), *money.cells(amount)) for it, amount in sums.items()]
    rows.append(("total", *money.cells(whole)))
    return Cells(f"by {name}, USD a month", (name, "low", "typical", "high"), tuple(rows), 3)


def _reasons(estimate: Estimate) -> Cells:
    rows = tuple((it.removeprefix("a range, as: "),) for it in wording.reasons(estimate))
    return Cells("why low and high differ", ("reason",), rows, 0)


def _sums(estimate: Estimate, group: Callable[[Line], str]) -> dict[str, Range]:
    """The dearest first."""
    groups: dict[str, list[Range]] = {}
    for line in (it for it in estimate.lines if it.monthly):
        groups.setdefault(group(line), []).append(line.monthly or total(()))
    sums = {name: total(amounts) for name, amounts in groups.items()}
    return dict(sorted(sums.items(), key=lambda it: (-it[1].typical, it[0])))
