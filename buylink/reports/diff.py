"""What a change costs a month, the greatest change first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from buylink.costs.difference import CostChange, Difference
from buylink.costs.estimate import CURRENCY
from buylink.reports import money, phrases
from buylink.reports.costs import uncharged
from buylink.reports.document import (
    Block,
    Column,
    Document,
    Fold,
    Items,
    Json,
    Only,
    Paragraph,
    Row,
    Span,
    Table,
    Tone,
    figures,
    texts,
)

VERSION: Final = 1
SHOWN: Final = 10
"""Changes that a page doesn't fold."""
MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}
TONES: Final[dict[str, Tone]] = {"added": "bad", "removed": "good", "changed": "warning"}


def document(difference: Difference, names: tuple[str, str]) -> Document:
    """`names` are those of the base and the head."""
    notes = Items.of(unchanged(difference), *left_out(difference))
    return Document(
        id="diff",
        title=f"{money.signed(difference.typical)} a month",
        topic="What the change costs",
        blocks=(
            Only("screen", tuple(_screen(difference, names))),
            Only("page", tuple(_page(difference, names))),
            notes,
        ),
        data=_data(difference, names),
    )


def unchanged(difference: Difference) -> str:
    """How many priced resources cost the same."""
    if not difference.changes:
        return f"no change: {phrases.counted(difference.unchanged, 'priced resource')} as before"
    verb = "costs" if difference.unchanged == 1 else "cost"
    return f"{phrases.counted(difference.unchanged, 'priced resource')} {verb} the same"


def left_out(difference: Difference) -> Iterable[str]:
    """What of either side has no price, and what else must be known."""
    for side, bill in (("before", difference.before), ("after", difference.after)):
        if missing := bill.coverage.unpriced:
            yield f"{side}: {missing} not priced"
        yield from (f"{side}: {warning}" for warning in bill.warnings)
    regions = difference.before.region, difference.after.region
    if regions[0] != regions[1]:
        yield f"prices of {regions[0]} before, of {regions[1]} after"


def _screen(difference: Difference, names: tuple[str, str]) -> Iterable[Block]:
    before, after = difference.before.total, difference.after.total
    if difference.changes:
        columns = (Column("USD a month"), *figures(*names, "change"))
        yield Table("changes", columns, tuple(map(_screen_row, difference.changes)))
    yield Items.of(
        f"{money.usd(before.typical)} to {money.usd(after.typical)} a month: "
        f"{money.signed(difference.typical)} ({money.span(before)}, then {money.span(after)})"
    )


def _screen_row(change: CostChange) -> Row:
    name = Span(f"{MARKS[change.status]} {change.name}", TONES[change.status])
    kind = Span(f"  {phrases.short_type(change.type)}", "muted")
    amounts = (money.usd(side.typical) if side else "" for side in (change.before, change.after))
    return Row(((name, kind), *amounts, money.signed(change.typical)))


def _page(difference: Difference, names: tuple[str, str]) -> Iterable[Block]:
    before, after = difference.before.total, difference.after.total
    yield Paragraph(
        f"{names[0]} costs {money.usd(before.typical)} ({money.span(before)}), "
        f"{names[1]} {money.usd(after.typical)} ({money.span(after)})."
    )
    columns = (*texts("resource", "type"), *figures(*names, "change"))
    rows = [_page_row(change) for change in difference.changes]
    if rows:
        yield Table("the greatest changes, USD a month", columns, tuple(rows[:SHOWN]))
    if others := tuple(rows[SHOWN:]):
        table = Table("other changes, USD a month", columns, others)
        yield Fold(f"{len(others)} more", (table,))


def _page_row(change: CostChange) -> Row:
    before, after = (
        money.usd(side.typical) if side else word
        for side, word in ((change.before, "added"), (change.after, "removed"))
    )
    return Row((change.name, change.type, before, after, money.signed(change.typical)))


def _data(difference: Difference, names: tuple[str, str]) -> Json:
    """DIFF, described in docs/reference/json.md."""
    sides = zip(("base", "head"), names, (difference.before, difference.after), strict=True)
    return {
        "version": VERSION,
        "currency": CURRENCY,
        **{
            side: {
                "source": name,
                "stack": bill.stack,
                "region": bill.region,
                "total": money.range_data(bill.total),
                "unpriced": [uncharged(item) for item in bill.unpriced],
                "warnings": list(bill.warnings),
            }
            for side, name, bill in sides
        },
        "change": money.decimal_data(difference.typical),
        "changes": [_change_data(change) for change in difference.changes],
        "unchanged": difference.unchanged,
    }


def _change_data(change: CostChange) -> Json:
    return {
        "resource": change.resource,
        "type": change.type,
        "name": change.name,
        "status": change.status,
        "before": change.before and money.range_data(change.before),
        "after": change.after and money.range_data(change.after),
        "change": money.decimal_data(change.typical),
    }
