"""The records of a document as CSV, for spreadsheets too."""

from __future__ import annotations

import csv
import re

from rich.console import Console

from buylink.reports.document import Document, Part, Records

PART: Part = "records"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def draw(document: Document, console: Console) -> None:
    """A heading, and a row a record."""
    records = document.records or Records((), ())
    writer = csv.writer(console.file, lineterminator="\n")
    writer.writerow(records.columns)
    writer.writerows([guarded(cell) for cell in row] for row in records.rows)


def guarded(cell: str) -> str:
    """Nothing that a spreadsheet would take for a formula."""
    is_formula = cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
