"""What would make a stack cheaper as JSON: an interface, described in docs/reference/json.md."""

from __future__ import annotations

import json
from typing import Any

from buylink.costs.estimate import CURRENCY
from buylink.planning.options.result import BestSet, Option, Options
from buylink.reports.json_costs import plain, span
from buylink.reports.json_growth import changes, load

VERSION = 1


def render(found: Options) -> str:
    """The document `{version, ...OPTIONS}`."""
    return json.dumps({"version": VERSION, **document(found)}, indent=2)


def document(found: Options) -> dict[str, Any]:
    """OPTIONS: decimals are text."""
    return {
        "stack": found.stack,
        "currency": CURRENCY,
        "region": found.region,
        "load": load(found.load),
        "total": span(found.current.total),
        "verdict": found.verdict,
        "guarantees": list(found.guarantees),
        "options": [_option(it) for it in found.singles],
        "best": _best(found.best),
    }


def _option(it: Option) -> dict[str, Any]:
    return {
        "id": it.id,
        "group": it.group,
        "title": it.title,
        "method": it.method,
        "changes": changes(it.changes),
        "total": it.total and span(it.total),
        "saving": None if it.saving is None else plain(it.saving),
        "risk": it.risk,
        "effort": it.effort,
        "why": it.why,
        "verdict": it.verdict,
        "refusals": list(it.refusals),
        "breaks": list(it.breaks),
        "allowed": it.allowed,
        "facts": [{"name": f.name, "amount": plain(f.amount), "unit": f.unit} for f in it.facts],
        "unpriced": it.unpriced,
    }


def _best(it: BestSet) -> dict[str, Any]:
    return {
        "options": list(it.options),
        "changes": changes(it.changes),
        "total": span(it.total),
        "verdict": it.verdict,
        "sumOfSavings": plain(it.sum_of_savings),
        "leftOut": [{"option": out.option, "why": out.why} for out in it.left_out],
    }
