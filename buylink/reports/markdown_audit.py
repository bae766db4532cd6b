"""An audit as markdown, for a pull request or a page."""

from __future__ import annotations

from buylink.models.audit import WRONG, Audit, Verdict
from buylink.reports import audit_wording as wording
from buylink.reports.markdown import escaped, folded, table
from buylink.reports.wording import printable


def render(found: Audit) -> str:
    """What doesn't hold; then, folded, what does, and what can't be checked."""
    lines = [f"## {_cell(found.title)}", "", f"{_cell(wording.summary(found))}.", ""]
    for verdict, heading in wording.HEADINGS.items():
        rows = claims(found, verdict)
        if not rows:
            continue
        lines += rows if verdict == WRONG else folded(heading, rows)
    return "\n".join([*lines, "", _cell(wording.basis(found))]) + "\n"


def claims(found: Audit, verdict: Verdict) -> list[str]:
    """The claims of a verdict as a table; nothing where there are none."""
    rows = [
        (
            str(it.line or ""),
            _cell(it.name),
            _cell(it.stated),
            it.rule,
            _cell(wording.follows(it, grounds=wording.grounds(found, it))),
        )
        for it in found.of(verdict)
    ]
    heading = ("line", "of", "says", "rule", "what follows")
    return table(heading, rows, figures=0) if rows else []


def _cell(text: str) -> str:
    return escaped(printable(text)).replace("*", "\\*").replace("~", "\\~")
