"""The report as a file; tests/system/browser looks at it in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from buylink.reports.document import Report
from buylink.reports.render import html
from buylink.reports.report import of_stack
from tests.goldens import assert_golden
from tests.reports.outline import outline
from tests.reports.reports import HARM, everything

GOLDENS = Path(__file__).with_name("goldens")
STYLE = (Path(html.__file__).parent / "templates/style.css").read_text("utf-8")


@cache
def report() -> str:
    return html.page(of_stack(everything()))


def without_plotly(text: str) -> str:
    """What is ours of a page: Plotly's script is 4.6 MB."""
    return re.sub(
        r"<script>/\*\*\n\* plotly\.js.*?</script>",
        "<script>PLOTLY</script>",
        text,
        flags=re.DOTALL,
    )


def figures(text: str) -> dict[str, Any]:
    script = re.search(r'<script type="application/json" id="figures">(.*?)</script>', text)
    assert script is not None
    return json.loads(script[1])


class Elements(HTMLParser):
    """The elements of a page that could fetch or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(without_plotly(text))
    return parser.elements


def policy(text: str) -> str | None:
    return next(meta for _, meta in elements(text) if meta.get("http-equiv"))["content"]


def test_a_report_with_everything_is_as_its_golden() -> None:
    page = outline(without_plotly(report()))
    rows = [" | ".join(row) for table in page.tables.values() for row in table]
    assert_golden(GOLDENS / "report.outline", "\n".join([*page.lines, *rows]) + "\n")


def test_a_report_is_small_enough_to_be_sent() -> None:
    assert len(report().encode()) < html.MOST_BYTES


def test_nothing_in_a_report_is_fetched() -> None:
    page = elements(report())
    assert {tag for tag, _ in page} & {
        "img",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
    } == set()
    links = [attributes.get(name) or "" for _, attributes in page for name in ("src", "href")]
    assert [link for link in links if link and not link.startswith(("#", "data:,"))] == []
    assert "url(" not in (STYLE)


def test_no_name_becomes_an_element_or_ends_a_script() -> None:
    text = without_plotly(report())
    assert HARM not in text
    assert not any("onerror" in attributes for _, attributes in elements(text))
    assert text.count("</script>") == 3


def test_the_policy_of_a_report_lets_only_its_own_scripts_run() -> None:
    scripts = re.findall(r"<script>(.*?)</script>", report(), re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    hashes = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert len(hashes) == 2
    assert policy(report()) == (
        f"default-src 'none'; script-src {' '.join(hashes)}; "
        "style-src 'unsafe-inline'; img-src data: blob:"
    )


def test_each_figure_is_one_that_plotly_knows_and_has_a_place() -> None:
    text = report()
    drawn = {
        attributes["data-figure"] for _, attributes in elements(text) if "data-figure" in attributes
    }
    assert drawn == set(figures(text))
    assert len(drawn) == 6
    coloured = json.dumps(figures(text))
    for name in set(re.findall(r'"(--[a-z0-9-]+)"', coloured)):
        assert f"{name}:" in STYLE, name
        coloured = coloured.replace(f'"{name}"', '"#123456"')
    for figure in json.loads(coloured).values():
        go.Figure(figure)  # refuses what isn't Plotly's


def test_each_table_says_what_its_columns_are() -> None:
    page = elements(report())
    tables = [attributes for tag, attributes in page if tag == "table"]
    regions = [attributes for _, attributes in page if attributes.get("class") == "table"]
    assert len(tables) == len(regions) > 10
    names = [region["aria-label"] for region in regions]
    assert len(set(names)) == len(names)
    assert all(cell.get("scope") in {"col", "row"} for tag, cell in page if tag == "th")


def test_a_report_of_a_file_has_no_section_that_needs_the_program() -> None:
    bare = replace(everything(), preview=None, growth=None, options=None, economics=None)
    text = html.page(of_stack(bare))
    ids = [section["id"] for tag, section in elements(text) if tag == "section"]
    assert ids == ["bill", "money"]


def test_a_page_without_charts_has_no_script() -> None:
    text = html.page(Report(title="title", subtitle="", documents=()))
    assert "<script" not in text
    assert "script-src 'none'" in (policy(text) or "")
