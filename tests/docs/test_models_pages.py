"""The pages on declared models and their audit, held to what is there."""

import re
import shlex
from pathlib import Path

import pytest

from buylink.models.audit import audit
from tests.cli.command import PROJECT, buylink
from tests.docs import models_page
from tests.docs.excerpts import foreign_lines
from tests.docs.made_parts import assert_made_part
from tests.models.declared import OWN, model_of, problems_of

DOCS = PROJECT / "docs"
PAGE = (DOCS / "models.md").read_text("utf-8")


def test_the_models_page_has_every_rule() -> None:
    assert_made_part(DOCS / "models.md", "rules", models_page.rules())


@pytest.mark.parametrize("name", OWN)
def test_the_audit_page_says_what_the_audit_finds(name: str) -> None:
    assert_made_part(DOCS / "audit.md", name, models_page.findings(name))


def test_the_audit_pages_excerpt_is_what_the_command_prints() -> None:
    def lines(command: str) -> list[str]:
        return buylink(*shlex.split(command)[1:], cwd=PROJECT).stdout.splitlines()

    assert foreign_lines(DOCS / "audit.md", lines) == []


def test_the_example_of_the_models_page_is_a_model(tmp_path: Path) -> None:
    example, wrong = (
        re.findall(r"```yaml\n(model: .*?)```", PAGE, re.DOTALL)[0],
        re.findall(r"```\n(model\.yaml:.*?)\n```", PAGE, re.DOTALL)[0],
    )
    document = {3: "72 72", 4: "1,000 0.07", 7: "2 36 72", 12: "72"}
    lines = (document.get(number, "") for number in range(1, 13))
    (tmp_path / "shop.md").write_text("\n".join(lines), "utf-8")
    assert audit(model_of(tmp_path, example)).wrong == ()
    text = example.replace("2 task\n", "2 user\n")
    assert wrong.partition(": ")[2] in "\n".join(problems_of(tmp_path, text))
