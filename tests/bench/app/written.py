"""Writes measured coefficients into the estimate's file; the lines of all others stay."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from buylink.costs.usage import coefficients
from tests.bench.app.coefficients import Figure

FILE = Path(coefficients.__file__).with_name("coefficients.yaml")
_DIGITS = 2


def written(text: str, measured: Mapping[str, Figure], *, day: date, where: str) -> str:
    """The file's text with these figures, their date, and on what they were measured."""
    known = coefficients.read(text).by_name
    for name, figure in measured.items():
        amounts = ", ".join(
            f"{part}: {rounded(getattr(figure, part))}" for part in ("low", "typical", "high")
        )
        source = json.dumps(f"{figure.source}; on {where}", ensure_ascii=False)
        line = (
            f"  {name}: {{ {amounts}, unit: {known[name].unit}, basis: measured,"
            f" date: {day}, source: {source} }}"
        )
        text, found = re.subn(
            rf"^  {name}: .*$", line.replace("\\", r"\\"), text, flags=re.MULTILINE
        )
        if found != 1:
            raise ValueError(f"{name}: expected one line of it in the file, got {found}")
    return text


def rounded(figure: float) -> str:
    """Two digits that count: more, and it would seem more exact than it is."""
    if not figure:
        return "0"
    exact = Decimal(repr(figure))
    places = _DIGITS - 1 - exact.adjusted()
    return f"{round(exact, places):f}" if places > 0 else f"{int(round(exact, places))}"
