"""An audit as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from buylink.models.audit import HOLDS, OPEN, WRONG, Audit, Claim, Verdict
from buylink.reports.json_costs import plain

VERSION = 1
VERDICTS: Final[dict[Verdict, str]] = {
    HOLDS: "holds",
    WRONG: "doesNotHold",
    OPEN: "cannotBeChecked",
}


def render(found: Audit) -> str:
    """The document `{version, ...AUDIT}`."""
    return json.dumps({"version": VERSION, **document(found)}, indent=2)


def document(found: Audit) -> dict[str, Any]:
    """AUDIT: decimals are text; what has no bound is null."""
    return {
        "model": found.model,
        "title": found.title,
        "document": found.document,
        "prices": {"asOf": found.prices_as_of, "region": found.region},
        "counts": {name: len(found.of(verdict)) for verdict, name in VERDICTS.items()},
        "claims": [_claim(it) for it in found.claims],
    }


def _claim(it: Claim) -> dict[str, Any]:
    return {
        "figure": it.figure,
        "name": it.name,
        "line": it.line,
        "quote": it.quote,
        "stated": it.stated,
        "unit": it.unit,
        "rule": it.rule or None,
        "verdict": VERDICTS[it.verdict],
        "derived": {"low": _bound(it.low), "high": _bound(it.high)} if it.derived else None,
        "arithmetic": it.arithmetic,
        "tolerance": it.tolerance,
        "reading": it.reading,
        "reason": it.reason,
        "restsOn": list(it.rests_on),
    }


def _bound(number: Decimal | None) -> str | None:
    if number is None or not number.is_finite():
        return None
    return plain(number.normalize())
