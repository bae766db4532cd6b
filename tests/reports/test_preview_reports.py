"""What a preview shows, in each format."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from buylink.preview.result import StackPreview
from buylink.reports import preview as preview_report
from buylink.reports.document import Document
from buylink.reports.render import drawn, text
from tests.goldens import assert_golden
from tests.reports.previews import CASES, PASSED, REFUSED

COST = "$63.49 a month ($61.68 to $88.86) at list prices in us-east-1"
GOLDENS = Path(__file__).with_name("goldens")


def text_of(*previews: StackPreview, width: int = 100, terminal: bool = False) -> str:
    stream = io.StringIO()
    colours = "standard" if terminal else None
    console = Console(
        file=stream,
        width=width,
        height=50,
        force_terminal=terminal,
        color_system=colours,
        highlight=False,
    )
    text.draw(document(previews, {preview.stack: COST for preview in previews}), console)
    return stream.getvalue()


def document(previews: Sequence[StackPreview], costs: Mapping[str, str]) -> Document:
    return preview_report.document(previews, {}, costs)


def test_the_text_of_several_stacks_is_as_its_golden() -> None:
    assert_golden(GOLDENS / "preview.txt", text_of(*CASES))


def test_the_json_of_several_stacks_is_as_its_golden() -> None:
    assert_golden(GOLDENS / "preview.json", drawn(document(CASES, {}), "json"))


def test_the_markdown_of_several_stacks_is_as_its_golden() -> None:
    rendered = drawn(document(CASES, {PASSED.stack: COST}), "markdown")
    assert_golden(GOLDENS / "preview.md", rendered)


@pytest.mark.parametrize("name", ["text", "json", "markdown"])
def test_a_stack_is_shown_alone_as_it_is_among_others(name: str) -> None:
    together = drawn(document(CASES, {}), name).splitlines()
    for preview in CASES:
        alone = drawn(document([preview], {}), name).splitlines()
        assert set(alone) <= set(together)


def test_no_output_shows_a_secret() -> None:
    outputs = [
        text_of(REFUSED),
        drawn(document([REFUSED], {}), "json"),
        drawn(document([REFUSED], {}), "markdown"),
        drawn(document([REFUSED], {}), "html"),
    ]
    assert not any('"me"' in output for output in outputs)
    tags = json.loads(outputs[1])["stacks"][0]["resources"][3]["inputs"]["tags"]
    assert tags == {"Owner": {"$secret": {"$unknown": True}}, "Id": {"$unknown": True}}


def test_there_is_no_colour_where_there_is_no_terminal() -> None:
    assert "\x1b[" not in text_of(REFUSED)
    assert "\x1b[" in text_of(REFUSED, terminal=True)


def test_a_link_stays_in_one_piece_on_a_narrow_screen() -> None:
    assert "https://a.example/s\n" in text_of(REFUSED, width=20)


def test_a_disabled_policy_was_not_evaluated() -> None:
    assert not REFUSED.evaluated("off")
    assert not REFUSED.evaluated("vpc-arn")
    assert REFUSED.evaluated("vpc-size")
