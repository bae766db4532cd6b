"""A bill as JSON: an interface with stable keys, described in docs/costs.md."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from buylink.costs.estimate import CURRENCY, Estimate, Line, Uncharged
from buylink.costs.quantity import Range

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
        "total": _range(estimate.total),
        "baseline": _range(estimate.of_kind("baseline")),
        "usage": _range(estimate.of_kind("usage")),
        "lines": [_line(line) for line in estimate.lines],
        "free": [_uncharged(it) for it in estimate.free],
        "unpriced": [_uncharged(it) for it in estimate.unpriced],
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
        "quantity": line.quantity and _range(line.quantity),
        "unitPrice": _text(line.price.first),
        "monthly": line.monthly and _range(line.monthly),
        "kind": line.kind,
        "confidence": line.price.confidence,
        "note": line.note,
    }


def _uncharged(it: Uncharged) -> dict[str, str]:
    return {"urn": it.urn, "type": it.type, "reason": it.reason}


def _range(amount: Range) -> dict[str, str]:
    return {
        "low": _text(amount.low),
        "typical": _text(amount.typical),
        "high": _text(amount.high),
    }


def _text(amount: Decimal) -> str:
    return f"{amount:f}"
