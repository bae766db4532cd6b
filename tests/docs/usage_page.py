"""The tables of docs/usage.md: usage keys, and the coefficients as they are in their file."""

from __future__ import annotations

from buylink.costs.meters.cloudfront import AREAS
from buylink.costs.meters.registry import METERS_BY_TYPE
from buylink.costs.usage.coefficients import packaged
from tests.docs.made_parts import table


def coefficients() -> str:
    rows: list[tuple[str, ...]] = [
        ("coefficient", "low", "typical", "high", "unit", "basis", "because")
    ]
    for name, it in sorted(packaged().by_name.items()):
        figures = (f"{figure:f}" for figure in (it.amount.low, it.amount.typical, it.amount.high))
        rows.append((f"`{name}`", *figures, it.unit, f"{it.basis} {it.date or ''}", it.source))
    return table(*rows, figures=(1, 2, 3))


def keys() -> str:
    rows: list[tuple[str, ...]] = [("type", "key", "unit", "what")]
    for metered in sorted(METERS_BY_TYPE.values(), key=lambda it: it.terraform):
        rows += [
            (f"`{metered.terraform}`", f"`{_with_any_area(key.name)}`", key.unit, key.about)
            for key in metered.usage_keys
        ]
    by_name = {row[:2]: row for row in reversed(rows)}
    return table(*reversed(by_name.values()), figures=())


def areas() -> str:
    return table(
        ("AREA", "viewers in"),
        *((f"`{name}`", edge.removeprefix("edge: ")) for name, edge in AREAS.items()),
        figures=(),
    )


def _with_any_area(name: str) -> str:
    """Keys that differ by their area alone are one row."""
    stem, _, last = name.rpartition(".")
    return f"{stem}.AREA" if last in AREAS else name
