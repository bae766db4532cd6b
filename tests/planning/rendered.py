"""Growth and options in each format, as the commands write them."""

from __future__ import annotations

import io

from rich.console import Console

from buylink.cli.shared import console_for
from buylink.reports import (
    csv_growth,
    csv_options,
    json_growth,
    json_options,
    markdown_growth,
    markdown_options,
    text_growth,
    text_options,
)
from tests.planning.results import growth_of, options_of


def growth_outputs(stack: str) -> dict[str, str]:
    """By the golden's file name."""
    found, text = growth_of(stack), io.StringIO()
    text_growth.show(found, _console(text))
    return {
        f"growth-{stack}.txt": text.getvalue(),
        f"growth-{stack}.json": json_growth.render(found) + "\n",
        f"growth-{stack}.csv": csv_growth.render(found),
        f"growth-{stack}.md": markdown_growth.render(found),
    }


def options_outputs(stack: str) -> dict[str, str]:
    """By the golden's file name."""
    found, text = options_of(stack), io.StringIO()
    text_options.show(found, _console(text))
    return {
        f"options-{stack}.txt": text.getvalue(),
        f"options-{stack}.json": json_options.render(found) + "\n",
        f"options-{stack}.csv": csv_options.render(found),
        f"options-{stack}.md": markdown_options.render(found),
    }


def _console(file: io.StringIO) -> Console:
    return console_for(file)
