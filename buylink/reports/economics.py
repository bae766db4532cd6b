"""What a user, a video and a redirect cost, and when revenue covers it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from buylink.costs.prices.quantity import Range
from buylink.planning.economics.result import Assumption, Economics, Payback, Period, UnitCost
from buylink.reports import money
from buylink.reports.document import (
    Block,
    Chart,
    Column,
    Curve,
    Curves,
    Document,
    Fold,
    Headline,
    Items,
    Json,
    Only,
    Paragraph,
    Point,
    Span,
    Table,
    figures,
    rows,
    texts,
)

VERSION: Final = 1
LONG: Final = 10
"""Years, from which on a payback is not told in months."""
DIGITS: Final = Decimal("1e-9")
"""A billionth of a dollar, to which JSON has amounts."""


def document(economics: Economics) -> Document:
    """The summary, what one of each costs, month by month, what pays back, what is assumed."""
    tables = (_units(economics), _months(economics), _paybacks(economics))
    blocks: list[Block] = [
        Only("screen", (Paragraph(Span(economics.name, "strong")),)),
        Items.of(*_summary(economics), *_notes(economics)),
    ]
    if economics.periods:
        blocks.append(_chart(economics.periods))
    blocks += [table for table in tables if table.rows]
    if economics.assumptions:
        blocks.append(Fold("assumptions", (_assumptions(economics),)))
    if economics.definitions:
        blocks.append(Only("page", (Fold("definitions", (_definitions(economics),)),)))
    return Document(
        id="economics",
        title=f"Economics of {economics.name}",
        topic="What it means for the business",
        headlines=tuple(_headlines(economics)),
        blocks=tuple(blocks),
        data={"version": VERSION, **_data(economics)},
    )


def _table(
    name: str, words: Iterable[str], amounts: Iterable[str], cells: list[tuple[str, ...]]
) -> Table:
    first, *others = (*texts(*words), *figures(*amounts))
    held = "figure" if first.holds == "figure" else "word"
    return Table(name, (Column(first.heading, held), *others), rows(cells), inset=True)


def _units(economics: Economics) -> Table:
    """What one of each costs, and of what this is made; the parts add up to the bill."""
    parts = [unit for unit in economics.units if unit.adds_up]
    cells = [_unit(unit) for unit in parts]
    if parts:
        caused = sum((unit.caused.typical for unit in parts if unit.caused), Decimal(0))
        share = sum((unit.share.typical for unit in parts if unit.share), Decimal(0))
        cost = sum((unit.cost.typical for unit in parts), Decimal(0))
        sums = (money.usd(amount) for amount in (caused, share, cost))
        cells.append(("together", "", *sums, "", "", ""))
    cells += [_unit(unit) for unit in economics.units if not unit.adds_up]
    amounts = ("a month", "causes", "its share", "cost a month", "low", "each", "high")
    return _table("unit costs", ("one",), amounts, cells)


def _unit(unit: UnitCost) -> tuple[str, ...]:
    return (
        unit.unit,
        money.quantity(unit.count.typical),
        "" if unit.caused is None else money.usd(unit.caused.typical),
        "" if unit.share is None else money.usd(unit.share.typical),
        money.usd(unit.cost.typical),
        *_each(unit.each),
    )


def _each(each: Range | None) -> tuple[str, str, str]:
    """Four figures that count, for what costs fractions of a cent."""
    if each is None:
        return "", "none", ""
    low, typical, high = (f"${money.quantity(end)}" for end in (each.low, each.typical, each.high))
    return low, typical, high


def _months(economics: Economics) -> Table:
    """Month by month: users, revenue, cost, profit and margin."""
    amounts = ("month", "users", "revenue", "cost", "profit", "margin")
    cells = [_month(period) for period in economics.periods]
    return _table("revenue and cost", (), amounts, cells)


def _month(period: Period) -> tuple[str, ...]:
    label = f"{period.label} *" if period.notes else period.label
    cost = money.usd(period.cost.typical)
    if period.revenue is None or period.profit is None:
        return label, money.quantity(period.users), "", cost, "", ""
    return (
        label,
        f"{period.users:,.0f}",
        money.usd(period.revenue),
        cost,
        money.signed(period.profit),
        margin(period.margin),
    )


def _paybacks(economics: Economics) -> Table:
    """What each optimization saves, and when it has paid for itself."""
    amounts = ("one-time cost", "saves a month", "payback", "ROI, 1st year")
    cells = [_payback(payback) for payback in economics.paybacks]
    return _table("payback", ("optimization", "note"), amounts, cells)


def _payback(payback: Payback) -> tuple[str, ...]:
    roi = payback.first_year_roi
    return (
        payback.name,
        payback.note,
        money.usd(payback.one_time_cost),
        money.signed(payback.saving),
        _duration(payback.months),
        "" if roi is None else percent(roi),
    )


def _duration(months: Decimal | None) -> str:
    if months is None:
        return "never"
    years = months / 12
    return f"{months:.1f} months" if years < LONG else f"{years:,.0f} years"


def _assumptions(economics: Economics) -> Table:
    """What is taken for granted, and from where."""
    headings = ("assumption", "value", "unit", "basis", "source")
    cells = [_assumption(assumption) for assumption in economics.assumptions]
    return _table("assumptions", headings, (), cells)


def _assumption(assumption: Assumption) -> tuple[str, ...]:
    value = money.quantity(assumption.value)
    return assumption.name, value, assumption.unit, assumption.basis, assumption.source


def _definitions(economics: Economics) -> Table:
    """What the words mean."""
    cells = [
        (definition.term, definition.formula, definition.about)
        for definition in economics.definitions
    ]
    return _table("definitions", ("word", "formula", "of it"), (), cells)


def _summary(economics: Economics) -> Iterable[str]:
    """The bill, the margin now, and where revenue covers cost, a line each."""
    now, bill = economics.now, economics.bill
    users = money.quantity(economics.users)
    yield f"{users} users: {money.usd(bill.typical)} a month ({money.span(bill)})"
    revenue = economics.revenue
    if revenue is not None and now.revenue is not None and now.profit is not None:
        of = f"{percent(revenue.conversion)} of them pay {money.usd(revenue.arpu)}"
        yield (
            f"revenue {money.usd(now.revenue)} a month ({of}): profit {money.signed(now.profit)}, "
            f"margin {margin(now.margin)}"
        )
    even = economics.break_even
    if even is not None and even.users is None:
        yield f"break-even: never: {even.reason}"
    elif even is not None:
        yield f"break-even: {even.users:,} users" + (f" ({even.reason})" if even.reason else "")


def _notes(economics: Economics) -> Iterable[str]:
    """What the reader must know of the whole, and of single months."""
    yield from economics.warnings
    for note in dict.fromkeys(note for period in economics.periods for note in period.notes):
        months = ", ".join(period.label for period in economics.periods if note in period.notes)
        yield f"month {months}: {note}"


def percent(share: Decimal) -> str:
    """`-1,552.4 %`, `2 %`: one digit, where it isn't zero."""
    text = f"{share * 100:,.1f}"
    return f"{text.removesuffix('.0')} %"


def margin(share: Decimal | None) -> str:
    """As it is, however far below -100 %."""
    return "no revenue" if share is None else percent(share)


def _headlines(economics: Economics) -> Iterable[Headline]:
    """The margin now, and where revenue covers cost."""
    now, even = economics.now, economics.break_even
    if now.profit is not None:
        yield Headline(
            name="margin now",
            figure=margin(now.margin),
            about=f"at {economics.users:,.0f} users",
            good=now.profit >= 0,
        )
    if even is not None:
        users = "never" if even.users is None else f"{even.users:,} users"
        yield Headline(name="break-even", figure=users, about=even.reason)


def _chart(periods: tuple[Period, ...]) -> Chart:
    costs = tuple(
        Point(
            period.label,
            float(period.cost.typical),
            float(period.cost.low),
            float(period.cost.high),
        )
        for period in periods
    )
    revenue = tuple(
        Point(period.label, float(period.revenue))
        for period in periods
        if period.revenue is not None
    )
    curves = [Curve("cost", costs)]
    if len(revenue) == len(periods):
        curves.append(Curve("revenue", revenue))
    return Chart(
        id="economics",
        about="Revenue (dashed) and cost (solid, with its low and high as a band), USD a month, "
        "month by month. Where the lines cross, revenue covers cost.",
        drawing=Curves(across="month", curves=tuple(curves), categories=True),
    )


def _data(economics: Economics) -> Json:
    """ECONOMICS, described in docs/reference/json.md."""
    revenue, even = economics.revenue, economics.break_even
    return {
        "name": economics.name,
        "currency": economics.currency,
        "bill": _range_data(economics.bill),
        "users": money.decimal_data(economics.users),
        "unitCosts": [_unit_data(unit) for unit in economics.units],
        "revenue": revenue
        and {
            "arpu": money.decimal_data(revenue.arpu),
            "conversion": money.decimal_data(revenue.conversion),
            "perUser": money.decimal_data(revenue.per_user),
        },
        "now": _period_data(economics.now),
        "breakEven": even and {"users": even.users, "reason": even.reason},
        "periods": [_period_data(period) for period in economics.periods],
        "paybacks": [_payback_data(payback) for payback in economics.paybacks],
        "assumptions": [
            {
                "name": assumption.name,
                "value": _decimal_data(assumption.value),
                "unit": assumption.unit,
                "basis": assumption.basis,
                "source": assumption.source,
            }
            for assumption in economics.assumptions
        ],
        "definitions": [
            {"term": term.term, "formula": term.formula, "about": term.about}
            for term in economics.definitions
        ],
        "warnings": list(economics.warnings),
    }


def _unit_data(unit: UnitCost) -> Json:
    return {
        "unit": unit.unit,
        "count": _range_data(unit.count),
        "cost": _range_data(unit.cost),
        "each": unit.each and _range_data(unit.each),
        "caused": unit.caused and _range_data(unit.caused),
        "share": unit.share and _range_data(unit.share),
        "addsUp": unit.adds_up,
        "note": unit.note,
    }


def _period_data(period: Period) -> Json:
    return {
        "label": period.label,
        "users": money.decimal_data(period.users),
        "revenue": _decimal_data(period.revenue),
        "cost": _range_data(period.cost),
        "profit": _decimal_data(period.profit),
        "margin": _decimal_data(period.margin),
        "notes": list(period.notes),
    }


def _payback_data(payback: Payback) -> Json:
    return {
        "name": payback.name,
        "oneTimeCost": _decimal_data(payback.one_time_cost),
        "saving": _decimal_data(payback.saving),
        "months": _decimal_data(payback.months),
        "firstYearRoi": _decimal_data(payback.first_year_roi),
        "note": payback.note,
    }


def _range_data(amount: Range) -> dict[str, str | None]:
    return {
        "low": _decimal_data(amount.low),
        "typical": _decimal_data(amount.typical),
        "high": _decimal_data(amount.high),
    }


def _decimal_data(amount: Decimal | None) -> str | None:
    """To a billionth, without zeros at the end."""
    if amount is None:
        return None
    text = money.decimal_data(amount.quantize(DIGITS))
    return text.rstrip("0").rstrip(".") if "." in text else text
