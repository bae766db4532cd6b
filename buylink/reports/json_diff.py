"""A diff as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from typing import Any

from buylink.costs.difference import CostChange, Difference
from buylink.costs.estimate import CURRENCY
from buylink.reports.json_costs import VERSION, plain, span, uncharged


def render(found: Difference, names: tuple[str, str]) -> str:
    """`{version, currency, base, head, change, changes: [CHANGE], unchanged}`."""
    sides = zip(("base", "head"), names, (found.before, found.after), strict=True)
    document: dict[str, Any] = {
        "version": VERSION,
        "currency": CURRENCY,
        **{
            side: {
                "source": name,
                "stack": bill.stack,
                "region": bill.region,
                "total": span(bill.total),
                "unpriced": [uncharged(it) for it in bill.unpriced],
                "warnings": list(bill.warnings),
            }
            for side, name, bill in sides
        },
        "change": plain(found.typical),
        "changes": [_change(it) for it in found.changes],
        "unchanged": found.unchanged,
    }
    return json.dumps(document, indent=2)


def _change(change: CostChange) -> dict[str, Any]:
    return {
        "resource": change.resource,
        "type": change.type,
        "name": change.name,
        "status": change.status,
        "before": change.before and span(change.before),
        "after": change.after and span(change.after),
        "change": plain(change.typical),
    }
