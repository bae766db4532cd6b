"""docs/explanation/growth.md and docs/explanation/options.md, held to what the commands find."""

import re
import shlex

import pytest

from tests.cli.command import PROJECT
from tests.docs.page_parts import assert_generated_part, foreign_lines
from tests.planning import pages
from tests.planning.rendered import growth_outputs, options_outputs

DOCS = PROJECT / "docs"

pytestmark = pytest.mark.xdist_group("planning")


def test_the_growth_page_shows_what_growth_costs() -> None:
    assert_generated_part(DOCS / "explanation/growth.md", "growth of prod", pages.summary())


def test_the_growth_page_compares_with_the_owners_projection() -> None:
    assert_generated_part(DOCS / "explanation/growth.md", "growth of users", pages.users())
    assert_generated_part(DOCS / "explanation/growth.md", "growth of videos", pages.videos())


def test_the_options_page_compares_with_what_the_document_hopes_for() -> None:
    assert_generated_part(
        DOCS / "explanation/options.md", "the document's options", pages.document()
    )


@pytest.mark.parametrize("page", ["growth", "options"])
def test_an_excerpt_is_what_the_command_prints(page: str) -> None:
    def printed(command: str) -> list[str]:
        _, name, stack = shlex.split(command)
        outputs = growth_outputs if name == "growth" else options_outputs
        return outputs(stack)[f"{name}-{stack}.txt"].splitlines()

    assert foreign_lines(DOCS / "explanation" / f"{page}.md", printed) == []


def test_the_options_page_explains_each_calculated_option() -> None:
    text = (DOCS / "explanation/options.md").read_text("utf-8")
    explained = set(re.findall(r"`([a-z0-9-]+(?:-\.\.\.)?)`", text))
    calculated = {it.id for it in pages.options_of("prod").singles if it.method == "calculated"}
    assert sorted(it for it in calculated if it not in explained and "region" not in it) == []
