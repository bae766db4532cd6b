"""What growth costs as JSON: an interface with stable keys, described in docs/reference/json.md."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from buylink.costs.estimate import CURRENCY
from buylink.costs.usage.load import Load
from buylink.planning.change import Change
from buylink.planning.growth.result import (
    Adjustment,
    Cap,
    Goal,
    GrowingLine,
    Growth,
    Point,
    Series,
)
from buylink.reports.json_costs import plain, span

VERSION = 1


def render(found: Growth) -> str:
    """The document `{version, ...GROWTH}`."""
    return json.dumps({"version": VERSION, **document(found)}, indent=2)


def document(found: Growth) -> dict[str, Any]:
    """GROWTH: decimals are text."""
    return {
        "stack": found.stack,
        "currency": CURRENCY,
        "region": found.region,
        "declared": load(found.declared),
        "total": span(found.current.total),
        "series": [_series(it) for it in found.series],
        "goals": [_goal(it) for it in found.goals],
    }


def load(it: Load) -> dict[str, int]:
    """LOAD."""
    return {"users": it.users, "videosPerDay": it.videos_per_day}


def changes(given: Iterable[Change]) -> list[dict[str, str]]:
    """[CHANGE]: `key` and `after` make a `--config`."""
    return [{"key": it.key, "before": it.before, "after": it.after} for it in given]


def _series(it: Series) -> dict[str, Any]:
    return {"name": it.name, "about": it.about, "points": [_point(point) for point in it.points]}


def _point(it: Point) -> dict[str, Any]:
    return {
        "month": it.month,
        "load": load(it.load),
        "total": span(it.total),
        "perUser": it.per_user and span(it.per_user),
        "growing": [_growing(line) for line in it.growing],
        "adjustments": _adjustments(it.adjustments),
        "caps": [_cap(cap) for cap in it.caps],
        "warnings": list(it.estimate.warnings),
    }


def _growing(it: GrowingLine) -> dict[str, Any]:
    return {
        "resource": it.resource,
        "component": it.component,
        "service": it.service,
        "meter": it.meter,
        "first": span(it.first),
        "here": span(it.here),
        "more": plain(it.more),
    }


def _adjustments(given: Iterable[Adjustment]) -> list[dict[str, str]]:
    return [{**changes([it.change])[0], "why": it.why} for it in given]


def _cap(it: Cap) -> dict[str, Any]:
    asked = it.asked_at and load(it.asked_at)
    return {"kind": it.kind, "name": it.name, "what": it.what, "then": it.then, "askedAt": asked}


def _goal(it: Goal) -> dict[str, Any]:
    return {
        "load": load(it.load),
        "limit": plain(it.limit),
        "met": it.met,
        "why": it.why,
        "asDeclared": span(it.as_declared),
        "proposed": span(it.proposed),
        "changes": changes(it.changes),
        "adjustments": _adjustments(it.adjustments),
        "caps": [_cap(cap) for cap in it.caps],
    }
