"""The tables of docs/usage.md: usage keys, and the coefficients as they are in their file."""

from __future__ import annotations

from buylink.costs.meters import METERED
from buylink.costs.usage.coefficients import packaged
from tests.docs.made_parts import table


def coefficients() -> str:
    rows: list[tuple[str, ...]] = [
        ("coefficient", "low", "typical", "high", "unit", "basis", "because")
    ]
    for name, it in sorted(packaged().by_name.items()):
        figures = (f"{figure:f}" for figure in (it.amount.low, it.amount.typical, it.amount.high))
        rows.append((f"`{name}`", *figures, it.unit, it.basis, it.source))
    return table(*rows, figures=(1, 2, 3))


def keys() -> str:
    rows: list[tuple[str, ...]] = [("type", "key", "unit", "what")]
    rows += [
        (f"`{metered.terraform}`", f"`{key.name}`", key.unit, key.about)
        for metered in sorted(METERED.values(), key=lambda it: it.terraform)
        for key in metered.usage_keys
    ]
    return table(*rows, figures=())
