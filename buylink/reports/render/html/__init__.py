"""Documents as one HTML page: all that it needs is inside the file, and nothing is fetched.

Jinja2, with everything escaped, and Plotly for the charts; both are the extra `report`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from rich.console import Console

from buylink.reports.document import (
    Block,
    Chart,
    Document,
    Fold,
    Part,
    Report,
    for_medium,
    plain,
    spans,
)
from buylink.reports.phrases import printable
from buylink.reports.render.html.charts import figure, height, least_width

if TYPE_CHECKING:
    from jinja2 import Environment

PART: Part = "blocks"
EXTRA: Final = "report"

MOST_BYTES: Final = 6 * 1024 * 1024
"""A report is smaller than this: it is sent by mail."""


def draw(document: Document, console: Console) -> None:
    """A page with the one document."""
    report = Report(title=plain(document.title), subtitle="by buylink", documents=(document,))
    print(page(report), file=console.file)


def page(report: Report) -> str:
    """The whole page. Nothing in it is fetched, and its policy lets a browser fetch nothing."""
    from markupsafe import Markup

    shown = [(document, for_medium(document.blocks, "page")) for document in report.documents]
    charts = [chart for _, blocks in shown for chart in _charts(blocks)]
    scripts = [_plotly(), _template("charts.js")] if charts else []
    headlines = (headline for document in report.documents for headline in document.headlines)
    return (
        _environment()
        .get_template("page.html", globals=dict(_HELPERS))
        .render(
            report=report,
            headlines=[*report.headlines, *headlines],
            sections=shown,
            figures=_as_json({chart.id: figure(chart) for chart in charts}),
            style=Markup(_template("style.css")),
            scripts=[Markup(script) for script in scripts],
            script_hashes=" ".join(_hash(script) for script in scripts) or "'none'",
        )
    )


def _charts(blocks: Iterable[Block]) -> list[Chart]:
    return [block for block in blocks if isinstance(block, Chart)]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("buylink.reports.render.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_one_line,
    )


def _one_line(value: object) -> object:
    """Text without what could steer a terminal that shows the page's source."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return printable(re.sub(r"\s+", " ", value))
    return value


def _kind(block: Block) -> str:
    return type(block).__name__


def _folded(fold: Fold) -> list[Block]:
    return for_medium(fold.blocks, "page")


_HELPERS: Final = {
    "blocks_of": _folded,
    "height": height,
    "kind_of": _kind,
    "least_width": least_width,
    "plain": plain,
    "spans": spans,
}
"""What the template calls."""


def _template(name: str) -> str:
    folder = resources.files("buylink.reports.render.html").joinpath("templates")
    return folder.joinpath(name).read_text("utf-8")


def _plotly() -> str:
    folder = resources.files("plotly").joinpath("package_data")
    return folder.joinpath("plotly.min.js").read_text("utf-8")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_json(value: object) -> str:
    """JSON that can't end the script element it stands in."""
    from markupsafe import Markup

    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c"))
