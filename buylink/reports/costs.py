"""A bill: what each resource costs a month, and what all of it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import groupby
from typing import Final

from buylink.costs.estimate import CURRENCY, Estimate, Line, Uncharged
from buylink.costs.prices.quantity import Range, total
from buylink.reports import money, phrases
from buylink.reports.document import (
    Bars,
    Block,
    Chart,
    Column,
    Content,
    Document,
    Fold,
    Headline,
    Items,
    Json,
    Only,
    Paragraph,
    Point,
    Records,
    Row,
    Span,
    Table,
    figures,
    texts,
)

VERSION: Final = 1
DEAREST: Final = 5
ENDS: Final = ("low", "typical", "high")


def document(estimate: Estimate) -> Document:
    """On a screen by component and resource with the total last, on a page with the total first."""
    amount = estimate.total
    return Document(
        id="bill",
        title=f"{estimate.stack}: {money.usd(amount.typical)} a month",
        topic="The bill by component",
        headlines=(
            Headline(
                name="a month",
                figure=money.usd(amount.typical),
                about=f"from {money.usd(amount.low)} to {money.usd(amount.high)}",
            ),
        ),
        blocks=(Only("screen", _screen(estimate)), Only("page", _page(estimate))),
        data={"version": VERSION, **cost(estimate)},
        records=_records(estimate),
    )


def _screen(estimate: Estimate) -> tuple[Block, ...]:
    services = _summed(estimate.lines, lambda line: line.price.meter.service)
    sums = (
        ("baseline", estimate.of_kind("baseline")),
        ("usage", estimate.of_kind("usage")),
        ("total", estimate.total),
    )
    return (
        Table(
            "lines",
            (
                Column(f"{estimate.stack}, USD a month"),
                Column("quantity", "figure", aside=True),
                Column("unit price", "figure", aside=True),
                *figures(*ENDS),
            ),
            tuple(_by_component(estimate)),
        ),
        Table(
            "by service",
            (Column("by service"), *figures(*ENDS)),
            tuple(Row((name, *money.cells(services[name]))) for name in sorted(services)),
            inset=True,
        ),
        Table(
            "sums",
            (Column(""), *figures(*ENDS)),
            tuple(
                Row((name, *money.cells(amount)), tone="strong" if name == "total" else "plain")
                for name, amount in sums
            ),
            has_heading=False,
            inset=True,
        ),
        Items.of(*phrases.left_out(estimate), *phrases.basis(estimate), *phrases.reasons(estimate)),
    )


def _by_component(estimate: Estimate) -> Iterable[Row]:
    """Each component with its sum, its resources, and each one's lines."""
    ordered = sorted(estimate.lines, key=_place)
    for component, members in groupby(ordered, key=lambda line: line.component):
        lines = list(members)
        amount = total(line.monthly for line in lines if line.monthly)
        yield Row((Span(component, "strong"), "", "", *money.cells(amount)))
        for name, of_resource in groupby(lines, key=lambda line: line.name):
            yield Row((name,), level=1)
            for line in of_resource:
                yield _screen_line(line)
                if line.monthly is None:
                    yield Row((Span(line.note, "muted"),), level=3)


def _place(line: Line) -> tuple[str, str]:
    return line.component, line.name


def _screen_line(line: Line) -> Row:
    price, quantity = money.unit_price(line.price.first), _quantity(line)
    cells = (f"{line.price.meter.name}{_mark(line)}", quantity, price, *_amounts(line.monthly))
    per = f"{quantity} at {price}" if quantity else f"{price} per {line.price.unit}"
    return Row(cells, level=2, narrow=per)


def _mark(line: Line) -> str:
    return " (price uncertain)" if line.price.confidence == "low" else ""


def _quantity(line: Line) -> str:
    if line.quantity is None:
        return ""
    return f"{money.quantity(line.quantity.typical)} {line.price.unit}"


def _amounts(amount: Range | None) -> tuple[str, str, str]:
    return money.cells(amount) if amount else ("", "by usage", "")


def _page(estimate: Estimate) -> tuple[Block, ...]:
    known = [line for line in estimate.lines if line.monthly]
    components = _summed(known, lambda line: line.component)
    services = _summed(known, lambda line: line.price.meter.service)
    parts = ((kind, money.usd(estimate.of_kind(kind).typical)) for kind in ("baseline", "usage"))
    dearest = sorted(known, key=_typical, reverse=True)[:DEAREST]
    reasons = phrases.reasons(estimate)
    blocks: list[Block] = [
        Paragraph(f"{money.span(estimate.total)}; {', '.join(' '.join(part) for part in parts)}."),
        Table(
            "the dearest lines, USD a month",
            (*texts("dearest", "meter"), *figures(*ENDS)),
            tuple(
                Row((_name(line), line.price.meter.name, *_amounts(line.monthly)))
                for line in dearest
            ),
        ),
        Items.of(*phrases.left_out(estimate)),
        Items.of(*phrases.basis(estimate)),
    ]
    if reasons:
        blocks.append(Fold("why low and high differ", (Items.of(*reasons),)))
    return (
        *blocks,
        _chart(components, estimate.total),
        Fold("by service", (_sums("service", services, estimate.total),)),
        Fold(phrases.counted(len(estimate.lines), "line"), (_lines(estimate),)),
    )


def _typical(line: Line) -> Decimal:
    return line.monthly.typical if line.monthly else Decimal(0)


def _name(line: Line) -> Content:
    return f"{line.name}{_mark(line)}"


def _summed(lines: Iterable[Line], group: Callable[[Line], str]) -> dict[str, Range]:
    """What is known of each group, the dearest first."""
    groups: dict[str, list[Range]] = {}
    for line in lines:
        groups.setdefault(group(line), []).extend([line.monthly] if line.monthly else [])
    sums = {name: total(amounts) for name, amounts in groups.items()}
    return dict(sorted(sums.items(), key=lambda item: (-item[1].typical, item[0])))


def _sums(name: str, sums: dict[str, Range], whole: Range) -> Table:
    amounts = (*sums.items(), ("total", whole))
    return Table(
        f"by {name}, USD a month",
        (Column(name), *figures(*ENDS)),
        tuple(Row((group, *money.cells(amount))) for group, amount in amounts),
    )


def _chart(components: dict[str, Range], whole: Range) -> Chart:
    points = (
        Point(name, float(amount.typical), float(amount.low), float(amount.high))
        for name, amount in components.items()
    )
    return Chart(
        id="bill",
        about="USD a month of each component, the dearest first. The bar is the typical amount, "
        "the thin line reaches from low to high.",
        drawing=Bars(tuple(points), "typically"),
        table=_sums("component", components, whole),
    )


def _lines(estimate: Estimate) -> Table:
    heading = (*texts("resource", "meter"), *figures("quantity", "unit price", *ENDS))
    lines = (
        Row(
            (
                _name(line),
                line.price.meter.name,
                _quantity(line),
                money.unit_price(line.price.first),
                *_amounts(line.monthly),
            )
        )
        for line in sorted(estimate.lines, key=_place)
    )
    return Table("the lines of the bill, USD a month", heading, tuple(lines))


def cost(estimate: Estimate) -> Json:
    """COST, described in docs/reference/json.md: decimals are text, to the last digit."""
    oldest, newest = estimate.prices_as_of
    coverage = estimate.coverage
    return {
        "stack": estimate.stack,
        "currency": CURRENCY,
        "prices": {"asOf": newest, "oldest": oldest, "region": estimate.region},
        "total": money.range_data(estimate.total),
        "baseline": money.range_data(estimate.of_kind("baseline")),
        "usage": money.range_data(estimate.of_kind("usage")),
        "lines": [_line_data(line) for line in estimate.lines],
        "free": [uncharged(item) for item in estimate.free],
        "unpriced": [uncharged(item) for item in estimate.unpriced],
        "coverage": {
            "resources": coverage.resources,
            "priced": coverage.priced,
            "free": coverage.free,
            "unpriced": coverage.unpriced,
        },
        "warnings": list(estimate.warnings),
    }


def _line_data(line: Line) -> Json:
    return {
        "urn": line.urn,
        "type": line.type,
        "component": line.component,
        "service": line.price.meter.service,
        "meter": line.price.meter.name,
        "unit": line.price.unit,
        "quantity": line.quantity and money.range_data(line.quantity),
        "unitPrice": money.decimal_data(line.price.first),
        "monthly": line.monthly and money.range_data(line.monthly),
        "kind": line.kind,
        "confidence": line.price.confidence,
        "note": line.note,
    }


def uncharged(item: Uncharged) -> dict[str, str]:
    """`{urn, type, reason}`."""
    return {"urn": item.urn, "type": item.type, "reason": item.reason}


COLUMNS: Final = (
    "BillingCurrency",
    "ChargeCategory",
    "ChargeDescription",
    "ChargeFrequency",
    "ListCost",
    "ListUnitPrice",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "RegionId",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceName",
    "SkuMeter",
    "x_Stack",
    "x_Component",
    "x_Kind",
    "x_ListCostLow",
    "x_ListCostHigh",
    "x_PricingQuantityLow",
    "x_PricingQuantityHigh",
    "x_PriceAsOf",
    "x_PriceConfidence",
    "x_Note",
)
"""Those of FOCUS 1.2, and `x_` columns for what FOCUS has no name for.

https://focus.finops.org/focus-specification/v1-2/
"""
FREQUENCY: Final = {"baseline": "Recurring", "usage": "Usage-Based"}


def _records(estimate: Estimate) -> Records:
    """A row a line, typical in FOCUS's columns; then one for each resource without a price."""
    charges = [
        *(_charge(line, estimate) for line in estimate.lines),
        *(_unpriced(item, estimate) for item in estimate.unpriced),
    ]
    cells = (tuple(charge.get(column, "") for column in COLUMNS) for charge in charges)
    return Records(COLUMNS, tuple(cells))


def _charge(line: Line, estimate: Estimate) -> dict[str, str]:
    charge = {
        **_resource(line.urn, line.name, line.type, line.price.region),
        "ChargeDescription": line.price.meter.name,
        "ChargeFrequency": FREQUENCY[line.kind],
        "ListUnitPrice": money.shortest(line.price.first),
        "PricingUnit": line.price.unit,
        "ServiceName": line.price.meter.service,
        "SkuMeter": line.price.meter.name,
        "x_Stack": estimate.stack,
        "x_Component": line.component,
        "x_Kind": line.kind,
        "x_PriceAsOf": line.price.as_of,
        "x_PriceConfidence": line.price.confidence,
        "x_Note": line.note,
    }
    if line.monthly and line.quantity:
        charge |= {
            "ListCost": money.shortest(line.monthly.typical),
            "PricingQuantity": money.shortest(line.quantity.typical),
            "x_ListCostLow": money.shortest(line.monthly.low),
            "x_ListCostHigh": money.shortest(line.monthly.high),
            "x_PricingQuantityLow": money.shortest(line.quantity.low),
            "x_PricingQuantityHigh": money.shortest(line.quantity.high),
        }
    return charge


def _unpriced(item: Uncharged, estimate: Estimate) -> dict[str, str]:
    name = item.urn.rsplit("::", 1)[-1]
    return {
        **_resource(item.urn, name, item.type, estimate.region),
        "ChargeDescription": "not priced",
        "x_Stack": estimate.stack,
        "x_Note": item.reason,
    }


def _resource(urn: str, name: str, kind: str, region: str) -> dict[str, str]:
    return {
        "BillingCurrency": CURRENCY,
        "ChargeCategory": "Usage",
        "ProviderName": "AWS",
        "RegionId": region,
        "ResourceId": urn,
        "ResourceName": name,
        "ResourceType": kind,
    }
