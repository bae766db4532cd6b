"""docs/usage.md: its text, and the coefficients as they are in their file."""

from __future__ import annotations

from pathlib import Path

from buylink.costs.quantity import Range
from buylink.costs.usage.coefficients import packaged

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "usage.md"
MARK = "<!-- made of buylink/costs/usage/coefficients.yaml -->\n"


def page() -> str:
    """The page as it stands, with the table made anew."""
    head = PAGE.read_text("utf-8").partition(MARK)[0]
    rows = [
        "| coefficient | low | typical | high | unit | basis | because |",
        "|---|--:|--:|--:|---|---|---|",
    ]
    for name, it in sorted(packaged().by_name.items()):
        figures = " | ".join(_figures(it.amount))
        rows.append(f"| `{name}` | {figures} | {it.unit} | {it.basis} | {it.source} |")
    return head + MARK + "\n".join(rows) + "\n"


def _figures(amount: Range) -> tuple[str, str, str]:
    return f"{amount.low:f}", f"{amount.typical:f}", f"{amount.high:f}"
