"""What would make a stack cheaper as CSV: a row an option."""

from __future__ import annotations

import csv
import io

from buylink.planning.options.result import Options
from buylink.reports.json_costs import plain

COLUMNS = (
    "Stack",
    "Option",
    "Title",
    "Method",
    "Saving",
    "Low",
    "Typical",
    "High",
    "Risk",
    "Effort",
    "Verdict",
    "Breaks",
    "InBestSet",
    "Why",
)


def render(found: Options) -> str:
    """USD a month; what nothing prices has no figures."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for it in found.singles:
        total = it.total
        figures = ("", "", "") if total is None else (total.low, total.typical, total.high)
        writer.writerow(
            (
                found.stack,
                it.id,
                it.title,
                it.method,
                "" if it.saving is None else plain(it.saving),
                *(figure if isinstance(figure, str) else plain(figure) for figure in figures),
                it.risk,
                it.effort,
                it.verdict or "",
                "; ".join(it.breaks),
                "true" if it.id in found.best.options else "false",
                it.why,
            )
        )
    return text.getvalue()
