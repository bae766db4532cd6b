"""An audit in a report: what doesn't hold, what holds, what can't be checked."""

from __future__ import annotations

from buylink.models.audit import HOLDS, OPEN, WRONG, Audit, Verdict
from buylink.reports import audit_wording as wording
from buylink.reports.cells import Cells
from buylink.reports.html.section import Headline, Section
from buylink.reports.wording import printable


def section(found: Audit) -> Section:
    """Every claim, those that don't hold first."""
    shown = tuple(it for it in (_claims(found, WRONG),) if it.rows)
    folded = (_claims(found, HOLDS), _claims(found, OPEN), _tolerances(found))
    return Section(
        id="audit",
        title="What of its figures holds",
        lines=(f"{wording.summary(found)}.", f"{printable(wording.basis(found))}."),
        tables=shown,
        folded=tuple(it for it in folded if it.rows),
    )


def headline(found: Audit) -> Headline:
    """How many claims don't hold."""
    wrong = len(found.wrong)
    return Headline(
        name="claims that don't hold",
        figure=f"{wrong}",
        about=f"of {len(found.claims)}; {len(found.holding)} hold",
        good=wrong == 0,
    )


def _claims(found: Audit, verdict: Verdict) -> Cells:
    rows = tuple(
        (
            str(it.line or ""),
            printable(it.name),
            printable(it.stated),
            it.rule,
            printable(wording.follows(it, grounds=wording.grounds(found, it))),
        )
        for it in found.of(verdict)
    )
    heading = ("line", "of", "says", "rule", "what follows")
    return Cells(wording.HEADINGS[verdict], heading, rows, 0)


def _tolerances(found: Audit) -> Cells:
    rows = tuple(wording.tolerances(found))
    return Cells("tolerances", ("rule", "holds when"), rows, 0)
