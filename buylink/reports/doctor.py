"""What the doctor found, for each need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from buylink.doctor import Check
from buylink.reports.document import Block, Column, Document, Heading, Row, Span, Table

NEEDS: Final = {"preview": "for preview and tests", "deploy": "for pulumi up"}


def document(checks: Sequence[Check]) -> Document:
    """A table for each need; the next step stands under what is missing."""
    blocks: list[Block] = []
    for need, heading in NEEDS.items():
        rows = tuple(_row(check) for check in checks if check.needed_for == need)
        columns = (Column("", "word"), Column("check", "word"), Column("found"))
        blocks += [Heading(heading), Table(heading, columns, rows, has_heading=False)]
    return Document(id="doctor", title="This machine", blocks=tuple(blocks))


def _row(check: Check) -> Row:
    mark = Span("ok", "good") if check.fine else Span("missing", "bad")
    lacking = not check.fine and check.next_step
    return Row(
        (mark, check.name, check.detail), under=(f"do: {check.next_step}",) if lacking else ()
    )
