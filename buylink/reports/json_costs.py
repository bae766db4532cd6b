"""A bill as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from buylink.costs.estimate import CURRENCY, Estimate, Line, Uncharged
from buylink.costs.prices.quantity import Range

VERSION = 1


def render(estimate: Estimate) -> str:
    """The document `{version, ...COST}`."""
    return json.dumps({"version": VERSION, **document(estimate)}, indent=2)


def document(estimate: Estimate) -> dict[str, Any]:
    """COST: decimals are text, so that none is rounded on the way."""
    oldest, newest = estimate.prices_as_of
    coverage = estimate.coverage
    return {
        "stack": estimate.stack,
        "currency": CURRENCY,
        "prices": {"asOf": newest, "oldest": oldest, "region": estimate.region},
        "total": span(estimate.total),
        "baseline": span(estimate.of_kind("baseline")),
        "usage": span(estimate.of_kind("usage")),
        "lines": [_line(line) for line in estimate.lines],
        "free": [uncharged(it) for it in estimate.free],
        "unpriced": [uncharged(it) for it in estimate.unpriced],
        "coverage": {
            "resources": coverage.resources,
            "priced": coverage.priced,
            "free": coverage.free,
            "unpriced": coverage.unpriced,
        },
        "warnings": list(estimate.warnings),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "urn": line.urn,
        "type": line.type,
        "component": line.component,
        "service": line.price.meter.service,
        "meter": line.price.meter.name,
        "unit": line.price.unit,
        "quantity": line.quantity and span(line.quantity),
        "unitPrice": plain(line.price.first),
        "monthly": line.monthly and span(line.monthly),
        "kind": line.kind,
        "confidence": line.price.confidence,
        "note": line.note,
    }


def uncharged(it: Uncharged) -> dict[str, str]:
    """`{urn, type, reason}`."""
    return {"urn": it.urn, "type": it.type, "reason": it.reason}


def span(amount: Range) -> dict[str, str]:
    """RANGE."""
    return {
        "low": plain(amount.low),
        "typical": plain(amount.typical),
        "high": plain(amount.high),
    }


def plain(amount: Decimal) -> str:
    """All digits, no exponent."""
    return f"{amount:f}"
