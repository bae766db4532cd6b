"""Lays a page out: Jinja2, with everything escaped, and all that it needs inside the one file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from buylink.reports.html.section import Chart, Headline, Section

MOST_BYTES = 6 * 1024 * 1024
"""A report is smaller than this: it is sent by mail."""


def render(
    title: str, subtitle: str, headlines: Sequence[Headline], sections: Sequence[Section]
) -> str:
    """The whole page. Nothing in it is fetched, and its policy lets a browser fetch nothing."""
    charts = [chart for section in sections for chart in section.charts]
    scripts = [_plotly(), _own("charts.js")] if charts else []
    return (
        _environment()
        .get_template("report.html")
        .render(
            title=title,
            subtitle=subtitle,
            headlines=headlines,
            sections=sections,
            figures=_as_json({chart.id: _figure(chart) for chart in charts}),
            style=Markup(_own("style.css")),  # noqa: S704 - our own file
            scripts=[Markup(it) for it in scripts],  # noqa: S704 - our own file and Plotly's
            script_hashes=" ".join(_hash(it) for it in scripts) or "'none'",
        )
    )


def _figure(chart: Chart) -> dict[str, Any]:
    return {"data": chart.data, "layout": chart.layout}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("buylink.reports.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _own(name: str) -> str:
    folder = resources.files("buylink.reports.html").joinpath("templates")
    return folder.joinpath(name).read_text("utf-8")


def _plotly() -> str:
    folder = resources.files("plotly").joinpath("package_data")
    return folder.joinpath("plotly.min.js").read_text("utf-8")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_json(value: Any) -> Markup:
    """JSON that can't end the script element it stands in."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - what could end it is escaped
