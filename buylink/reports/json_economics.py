"""Economics as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from buylink.costs.prices.quantity import Range
from buylink.planning.economics.result import Economics, Payback, Period, UnitCost
from buylink.reports.json_costs import plain

VERSION = 1
DIGITS = Decimal("1e-9")


def render(found: Economics) -> str:
    """The document `{version, ...ECONOMICS}`."""
    return json.dumps({"version": VERSION, **document(found)}, indent=2)


def document(found: Economics) -> dict[str, Any]:
    """ECONOMICS: decimals are text, to a billionth of a dollar."""
    revenue, even = found.revenue, found.break_even
    return {
        "name": found.name,
        "currency": found.currency,
        "bill": _span(found.bill),
        "users": plain(found.users),
        "unitCosts": [_unit(it) for it in found.units],
        "revenue": revenue
        and {
            "arpu": plain(revenue.arpu),
            "conversion": plain(revenue.conversion),
            "perUser": plain(revenue.per_user),
        },
        "now": _period(found.now),
        "breakEven": even and {"users": even.users, "reason": even.reason},
        "periods": [_period(it) for it in found.periods],
        "paybacks": [_payback(it) for it in found.paybacks],
        "assumptions": [
            {
                "name": it.name,
                "value": _plain(it.value),
                "unit": it.unit,
                "basis": it.basis,
                "source": it.source,
            }
            for it in found.assumptions
        ],
        "definitions": [
            {"term": it.term, "formula": it.formula, "about": it.about} for it in found.definitions
        ],
        "warnings": list(found.warnings),
    }


def _unit(it: UnitCost) -> dict[str, Any]:
    return {
        "unit": it.unit,
        "count": _span(it.count),
        "cost": _span(it.cost),
        "each": it.each and _span(it.each),
        "caused": it.caused and _span(it.caused),
        "share": it.share and _span(it.share),
        "addsUp": it.adds_up,
        "note": it.note,
    }


def _period(it: Period) -> dict[str, Any]:
    return {
        "label": it.label,
        "users": plain(it.users),
        "revenue": _plain(it.revenue),
        "cost": _span(it.cost),
        "profit": _plain(it.profit),
        "margin": _plain(it.margin),
        "notes": list(it.notes),
    }


def _payback(it: Payback) -> dict[str, Any]:
    return {
        "name": it.name,
        "oneTimeCost": _plain(it.one_time_cost),
        "saving": _plain(it.saving),
        "months": _plain(it.months),
        "firstYearRoi": _plain(it.first_year_roi),
        "note": it.note,
    }


def _span(amount: Range) -> dict[str, str | None]:
    return {
        "low": _plain(amount.low),
        "typical": _plain(amount.typical),
        "high": _plain(amount.high),
    }


def _plain(amount: Decimal | None) -> str | None:
    """To a billionth, without zeros at the end."""
    if amount is None:
        return None
    text = plain(amount.quantize(DIGITS))
    return text.rstrip("0").rstrip(".") if "." in text else text
