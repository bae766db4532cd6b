"""A bill as markdown that fits a pull-request comment: the total first, details folded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from buylink.costs.estimate import Estimate, Line
from buylink.costs.prices.quantity import Range, total
from buylink.reports import money, wording
from buylink.reports.markdown import COMMENT, escaped, folded, table, within

DEAREST = 5
_PART = COMMENT // 10
_ALL = "`--format csv` has all"


def render(estimate: Estimate) -> str:
    """The total, its dearest lines, what is left out; then by component and line by line."""
    summed = estimate.total
    lines = [
        f"## {escaped(wording.printable(estimate.stack))}: {money.usd(summed.typical)} a month",
        "",
        f"{money.span(summed)}; being there {money.usd(estimate.of_kind('baseline').typical)}, "
        f"usage {money.usd(estimate.of_kind('usage').typical)}.",
        "",
    ]
    dearest = sorted(_known(estimate), key=_typical, reverse=True)[:DEAREST]
    rows = [(_name(it), escaped(it.price.meter.name), *_cells(it.monthly)) for it in dearest]
    lines += table(("dearest", "meter", "low", "typical", "high"), rows, figures=3)
    left_out, basis = _listed(wording.left_out(estimate)), _listed(wording.basis(estimate))
    lines += ["", *within(left_out, _PART, _ALL), *within(basis, _PART, _ALL)]
    reasons = _listed(wording.reasons(estimate))
    lines += folded("why low and high differ", within(reasons, _PART, _ALL))
    components = _sums(estimate, lambda it: it.component, "component")
    lines += folded("by component", within(components, 2 * _PART, _ALL))
    lines += folded("by service", _sums(estimate, lambda it: it.price.meter.service, "service"))
    count = wording.counted(len(estimate.lines), "line")
    rows = [_row(it) for it in sorted(estimate.lines, key=lambda it: (it.component, it.name))]
    heading = ("resource", "meter", "quantity", "unit price", "low", "typical", "high")
    lines += folded(count, within(table(heading, rows, figures=5), 4 * _PART, _ALL))
    return "\n".join(lines) + "\n"


def _listed(texts: Iterable[str]) -> list[str]:
    return [f"- {escaped(wording.printable(it))}" for it in texts]


def _known(estimate: Estimate) -> Iterable[Line]:
    return (it for it in estimate.lines if it.monthly)


def _typical(line: Line) -> Decimal:
    return line.monthly.typical if line.monthly else Decimal(0)


def _sums(estimate: Estimate, key: Callable[[Line], str], name: str) -> list[str]:
    groups: dict[str, list[Range]] = {}
    for line in _known(estimate):
        groups.setdefault(key(line), []).append(line.monthly or total(()))
    sums = sorted(((total(it), group) for group, it in groups.items()), key=_dearest_first)
    rows = [(escaped(wording.printable(group)), *_cells(amount)) for amount, group in sums]
    return table((name, "low", "typical", "high"), rows, figures=3)


def _dearest_first(item: tuple[Range, str]) -> tuple[Decimal, str]:
    return -item[0].typical, item[1]


def _row(line: Line) -> tuple[str, ...]:
    meter, price = escaped(line.price.meter.name), money.unit_price(line.price.first)
    if line.quantity is None:
        return (_name(line), meter, "", price, "", "by usage", "")
    quantity = f"{money.quantity(line.quantity.typical)} {line.price.unit}"
    return (_name(line), meter, quantity, price, *_cells(line.monthly))


def _name(line: Line) -> str:
    mark = " (price uncertain)" if line.price.confidence == "low" else ""
    return escaped(wording.printable(line.name)) + mark


def _cells(amount: Range | None) -> tuple[str, str, str]:
    return money.cells(amount) if amount else ("", "by usage", "")
