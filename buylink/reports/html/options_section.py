"""Options in a report: what each change saves or costs, and the best of them together."""

from __future__ import annotations

from buylink.planning.options.result import BestSet, Option, Options
from buylink.reports import money
from buylink.reports.cells import Cells
from buylink.reports.html.section import Chart, Section
from buylink.reports.html.shapes import label
from buylink.reports.wording import printable


def section(options: Options) -> Section:
    """Ranked by saving; what costs more is shown as plainly."""
    best, now = options.best, options.current.total.typical
    saved = money.usd(now - best.total.typical)
    return Section(
        id="options",
        title="What would be cheaper",
        lines=(
            f"The best set: {money.usd(best.total.typical)} a month, {saved} less than the "
            f"{money.usd(now)} of now; by themselves its options would save "
            f"{money.usd(best.sum_of_savings)}. The policies say: {best.verdict}.",
            f"It keeps: {printable('; '.join(options.guarantees))}.",
        ),
        charts=(_chart(options),),
        tables=tuple(it for it in (_singles(options), _best(best)) if it.rows),
        folded=tuple(it for it in (_facts(options),) if it.rows),
    )


def _chart(options: Options) -> Chart:
    rising = [it for it in reversed(options.singles) if it.saving is not None]
    savings = [float(it.saving or 0) for it in rising]
    return Chart(
        id="options",
        about="USD a month that each option would save by itself; left of zero it costs more. What "
        "a policy or a guarantee rules out is pale.",
        data=[
            {
                "type": "bar",
                "orientation": "h",
                "y": [label(it.title) for it in rising],
                "x": savings,
                "marker": {
                    "color": ["--good" if it >= 0 else "--bad" for it in savings],
                    "opacity": [1.0 if it.allowed else 0.4 for it in rising],
                },
                "hovertemplate": "%{y}: $%{x:,.2f} a month<extra></extra>",
            }
        ],
        layout={
            "xaxis": {"tickprefix": "$", "tickformat": ","},
            "yaxis": {"type": "category", "dtick": 1},
            "bargap": 0.35,
        },
        height=60 + 24 * len(rising),
        least_width=520,
    )


def _singles(options: Options) -> Cells:
    heading = ("option", "risk", "effort", "how known", "may be taken", "why", "saves", "total")
    return Cells(
        "options, the greatest saving first, USD a month",
        heading,
        tuple(_single(it) for it in options.singles),
        2,
    )


def _single(it: Option) -> tuple[str, ...]:
    saving, total = it.saving, it.total
    return (
        printable(it.title),
        it.risk,
        it.effort,
        it.method,
        _allowed(it),
        printable(it.why if not it.unpriced else f"{it.why}; not priced: {it.unpriced}"),
        "not priced" if saving is None else money.signed(saving),
        "" if total is None else money.usd(total.typical),
    )


def _allowed(it: Option) -> str:
    if it.allowed:
        return "yes"
    reasons = (*it.refusals, *(f"breaks {guarantee}" for guarantee in it.breaks))
    return printable("no: " + "; ".join(reasons or (str(it.verdict),)))


def _facts(options: Options) -> Cells:
    rows = tuple(
        (printable(option.title), fact.name, f"{money.quantity(fact.amount)} {fact.unit}")
        for option in options.singles
        for fact in option.facts
    )
    return Cells("figures of single options", ("option", "figure", "amount"), rows, 1)


def _best(best: BestSet) -> Cells:
    rows = [(printable(it.override), "taken") for it in best.changes]
    rows += [(printable(it.option), printable(f"left out: {it.why}")) for it in best.left_out]
    return Cells("the best set", ("change", "why"), tuple(rows), 0)
