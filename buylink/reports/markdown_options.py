"""What would make a stack cheaper as markdown."""

from __future__ import annotations

from buylink.planning.options.result import Option, Options
from buylink.reports import wording
from buylink.reports.markdown import escaped, folded, table
from buylink.reports.text_options import best_lines, cells, heading, notes, parts


def render(found: Options) -> str:
    """The best set first, then the options in one table a part; notes folded."""
    lines = [f"## Options of {escaped(wording.printable(found.stack))}", ""]
    lines += [escaped(wording.printable(heading(found))) + ".", ""]
    first, *rest = best_lines(found)
    lines += [f"**{escaped(first)}**", ""]
    lines += [f"- {escaped(wording.printable(it.strip()))}" for it in rest]
    for title, options in parts(found):
        columns = ("option", "what", "risk", "effort", title, "a month")
        lines += ["", *table(columns, [_row(it) for it in options], figures=2)]
    told = [f"- **{it.id}**: {escaped('; '.join(notes(it)))}" for it in found.singles]
    lines += folded("why, and what speaks against it", told)
    return "\n".join(lines) + "\n"


def _row(it: Option) -> tuple[str, ...]:
    mark = " (calculated)" if it.method == "calculated" else ""
    marked = mark if it.allowed else " (not allowed)"
    title = escaped(wording.printable(it.title))
    return (f"`{it.id}`", f"{title}{marked}", it.risk, it.effort, *cells(it))
