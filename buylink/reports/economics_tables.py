"""The tables of economics, as cells of text: for the terminal, for markdown and for the page."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from buylink.costs.prices.quantity import Range
from buylink.planning.economics.result import Assumption, Economics, Payback, Period, UnitCost
from buylink.reports import money
from buylink.reports.cells import Cells
from buylink.reports.wording import printable

LONG = 10
"""Years, from which on a payback is not told in months."""


def units(found: Economics) -> Cells:
    """What one of each costs, and of what this is made; the parts add up to the bill."""
    heading = ("one", "a month", "causes", "its share", "cost a month", "low", "each", "high")
    parts = [it for it in found.units if it.adds_up]
    rows = [_unit(it) for it in parts]
    if parts:
        caused = sum((it.caused.typical for it in parts if it.caused), Decimal(0))
        share = sum((it.share.typical for it in parts if it.share), Decimal(0))
        cost = sum((it.cost.typical for it in parts), Decimal(0))
        sums = (money.usd(it) for it in (caused, share, cost))
        rows.append(("together", "", *sums, "", "", ""))
    rows += [_unit(it) for it in found.units if not it.adds_up]
    return Cells("unit costs", heading, tuple(rows), 7)


def months(found: Economics) -> Cells:
    """Month by month: users, revenue, cost, profit and margin."""
    rows = tuple(_month(it) for it in found.periods)
    heading = ("month", "users", "revenue", "cost", "profit", "margin")
    return Cells("revenue and cost", heading, rows, 6)


def paybacks(found: Economics) -> Cells:
    """What each optimization saves, and when it has paid for itself."""
    heading = ("optimization", "note", "one-time cost", "saves a month", "payback", "ROI, 1st year")
    return Cells("payback", heading, tuple(_payback(it) for it in found.paybacks), 4)


def assumptions(found: Economics) -> Cells:
    """What is taken for granted, and from where."""
    rows = tuple(_assumption(it) for it in found.assumptions)
    return Cells("assumptions", ("assumption", "value", "unit", "basis", "source"), rows, 0)


def definitions(found: Economics) -> Cells:
    """What the words mean."""
    rows = tuple((it.term, it.formula, it.about) for it in found.definitions)
    return Cells("definitions", ("word", "formula", "of it"), rows, 0)


def summary(found: Economics) -> Iterable[str]:
    """The bill, the margin now, and where revenue covers cost, a line each."""
    now = found.now
    users = money.quantity(found.users)
    yield f"{users} users: {money.usd(found.bill.typical)} a month ({money.span(found.bill)})"
    if found.revenue is not None and now.revenue is not None and now.profit is not None:
        revenue = found.revenue
        of = f"{percent(revenue.conversion)} of them pay {money.usd(revenue.arpu)}"
        yield (
            f"revenue {money.usd(now.revenue)} a month ({of}): profit {money.signed(now.profit)}, "
            f"margin {margin(now.margin)}"
        )
    if found.break_even is not None:
        it = found.break_even
        if it.users is None:
            yield f"break-even: never: {it.reason}"
        else:
            yield f"break-even: {it.users:,} users" + (f" ({it.reason})" if it.reason else "")


def notes(found: Economics) -> Iterable[str]:
    """What the reader must know of the whole, and of single months."""
    yield from found.warnings
    told = dict.fromkeys(note for it in found.periods for note in it.notes)
    for note in told:
        at = ", ".join(it.label for it in found.periods if note in it.notes)
        yield f"month {at}: {note}"


def percent(share: Decimal) -> str:
    """`-1,552.4 %`, `2 %`: one digit, where it isn't zero."""
    text = f"{share * 100:,.1f}"
    return f"{text.removesuffix('.0')} %"


def margin(share: Decimal | None) -> str:
    """As it is, however far below -100 %."""
    return "no revenue" if share is None else percent(share)


def _unit(it: UnitCost) -> tuple[str, ...]:
    return (
        printable(it.unit),
        money.quantity(it.count.typical),
        "" if it.caused is None else money.usd(it.caused.typical),
        "" if it.share is None else money.usd(it.share.typical),
        money.usd(it.cost.typical),
        *_each(it.each),
    )


def _each(each: Range | None) -> tuple[str, str, str]:
    """Four figures that count, for what costs fractions of a cent."""
    if each is None:
        return "", "none", ""
    low, typical, high = (f"${money.quantity(it)}" for it in (each.low, each.typical, each.high))
    return low, typical, high


def _month(it: Period) -> tuple[str, ...]:
    mark = " *" if it.notes else ""
    cost = money.usd(it.cost.typical)
    if it.revenue is None or it.profit is None:
        return it.label + mark, money.quantity(it.users), "", cost, "", ""
    return (
        it.label + mark,
        f"{it.users:,.0f}",
        money.usd(it.revenue),
        cost,
        money.signed(it.profit),
        margin(it.margin),
    )


def _payback(it: Payback) -> tuple[str, ...]:
    roi = it.first_year_roi
    return (
        printable(it.name),
        printable(it.note),
        money.usd(it.one_time_cost),
        money.signed(it.saving),
        _duration(it.months),
        "" if roi is None else percent(roi),
    )


def _duration(months: Decimal | None) -> str:
    if months is None:
        return "never"
    years = months / 12
    return f"{months:.1f} months" if years < LONG else f"{years:,.0f} years"


def _assumption(it: Assumption) -> tuple[str, ...]:
    return it.name, money.quantity(it.value), it.unit, it.basis, it.source
