"""Growth and options in each format, as the commands write them."""

from __future__ import annotations

from typing import Final

from buylink.reports import growth, options
from buylink.reports.document import Document
from buylink.reports.render import drawn
from tests.planning.results import growth_of, options_of

FORMATS: Final = {"txt": "text", "json": "json", "csv": "csv", "md": "markdown"}
"""By the ending of a golden's name."""


def growth_outputs(stack: str) -> dict[str, str]:
    """By the golden's file name."""
    return _outputs(f"growth-{stack}", growth.document(growth_of(stack)))


def options_outputs(stack: str) -> dict[str, str]:
    """By the golden's file name."""
    return _outputs(f"options-{stack}", options.document(options_of(stack)))


def _outputs(name: str, document: Document) -> dict[str, str]:
    return {f"{name}.{ending}": drawn(document, each) for ending, each in FORMATS.items()}
