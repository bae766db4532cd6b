"""The data of a document as JSON."""

from __future__ import annotations

import json

from rich.console import Console

from buylink.reports.document import Document, Part

PART: Part = "data"


def draw(document: Document, console: Console) -> None:
    """Its keys in their order."""
    print(json.dumps(document.data, indent=2), file=console.file)
