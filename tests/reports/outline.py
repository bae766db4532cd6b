"""What a page of HTML shows: its headings, its charts, and its tables with their rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Outline(HTMLParser):
    """`lines` are headings, charts and captions in their order; `tables` are rows by caption."""

    lines: list[str] = field(default_factory=list[str])
    tables: dict[str, list[list[str]]] = field(default_factory=dict[str, list[list[str]]])
    _text: list[str] | None = None
    _rows: list[list[str]] = field(default_factory=list[list[str]])

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "h2", "h3", "summary", "caption", "dt", "dd", "th", "td"}:
            self._text = []
        if tag == "tr":
            self._rows.append([])
        if figure := dict(attrs).get("data-figure"):
            self.lines.append(f"chart {figure}")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.lines.append(f"  {len(self._rows)} rows, {' | '.join(self._rows[-1])}")
            self._rows = []
        if self._text is None or tag in {"strong", "span", "code"}:
            return
        text, self._text = " ".join("".join(self._text).split()), None
        if tag in {"th", "td"}:
            self._rows[-1].append(text)
            return
        self.lines.append(f"{tag} {text}")
        if tag == "caption":
            self.tables[text] = self._rows


def outline(page: str) -> Outline:
    """Of a page's text."""
    reader = Outline()
    reader.feed(page)
    return reader
