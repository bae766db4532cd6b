"""What a change costs, as markdown for a pull request."""

from __future__ import annotations

from buylink.costs.difference import CostChange, Difference
from buylink.reports import money, wording
from buylink.reports.markdown import COMMENT, escaped, folded, table, within

SHOWN = 10
_ALL = "`--format json` has all"


def render(found: Difference, names: tuple[str, str]) -> str:
    """The total first, the ten greatest changes, the others folded."""
    before, after = found.before.total, found.after.total
    lines = [
        f"## {money.signed(found.typical)} a month",
        "",
        f"{escaped(names[0])} costs {money.usd(before.typical)} ({money.span(before)}), "
        f"{escaped(names[1])} {money.usd(after.typical)} ({money.span(after)}).",
    ]
    heading = ("resource", "type", *map(escaped, names), "change")
    rows = [_row(it) for it in found.changes]
    if rows:
        lines += ["", *table(heading, rows[:SHOWN], figures=3)]
    if rows[SHOWN:]:
        others = table(heading, rows[SHOWN:], figures=3)
        lines += folded(f"{len(rows) - SHOWN} more", within(others, COMMENT // 2, _ALL))
    notes = (wording.unchanged(found), *wording.left_out_of(found))
    told = [f"- {escaped(wording.printable(it))}" for it in notes]
    return "\n".join([*lines, "", *within(told, COMMENT // 4, _ALL)]) + "\n"


def _row(change: CostChange) -> tuple[str, ...]:
    before, after = (
        money.usd(it.typical) if it else word
        for it, word in ((change.before, "added"), (change.after, "removed"))
    )
    name = escaped(wording.printable(change.name))
    return name, change.type, before, after, money.signed(change.typical)
