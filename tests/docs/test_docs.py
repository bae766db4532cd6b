"""The documentation, held to what is there."""

import json
import re
import shlex
from pathlib import Path

import pytest

from buylink.exit_codes import ExitCode
from tests.cli.command import PROJECT, buylink
from tests.docs import costs_page, economics_page, usage_page
from tests.docs.configuration_page import page
from tests.docs.excerpts import foreign_lines
from tests.docs.made_parts import assert_made_part
from tests.goldens import assert_golden

DOCS = PROJECT / "docs"
PAGES = sorted([PROJECT / "README.md", *DOCS.glob("*.md")])


def test_the_configuration_page_is_what_the_models_say() -> None:
    assert_golden(DOCS / "configuration.md", page())


def test_the_usage_page_has_every_coefficient() -> None:
    assert_made_part(DOCS / "usage.md", "coefficients.yaml", usage_page.coefficients())
    assert_made_part(DOCS / "usage.md", "usage keys", usage_page.keys())
    assert_made_part(DOCS / "usage.md", "areas", usage_page.areas())


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_make_targets_and_commands_that_are_named_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)", text)) | set(
        re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
    )
    known = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert targets <= known


def test_every_page_is_reachable_from_the_readme() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    assert [path.name for path in DOCS.glob("*.md") if f"docs/{path.name}" not in readme] == []


def test_every_pinned_package_says_why_it_is_here() -> None:
    files = [
        PROJECT / "pyproject.toml",
        PROJECT / "requirements-dev.txt",
        *PROJECT.glob("app/*/requirements.txt"),
    ]
    pins = {
        name
        for path in files
        for name in re.findall(
            r'(?:^|")([\w.-]+)(?:\[\w+\])?==', path.read_text("utf-8"), re.MULTILINE
        )
    }
    reasons = (DOCS / "dependencies.md").read_text("utf-8")
    assert sorted(name for name in pins if f"| {name} |" not in reasons) == []


def test_every_stack_output_is_documented() -> None:
    exported = re.findall(r'pulumi\.export\("(\w+)"', (PROJECT / "__main__.py").read_text("utf-8"))
    text = (DOCS / "architecture.md").read_text("utf-8")
    assert exported
    assert [name for name in exported if f"`{name}`" not in text] == []


def test_every_exit_code_is_documented() -> None:
    text = (DOCS / "commands.md").read_text("utf-8")
    assert [code.value for code in ExitCode if f"| {code.value} |" not in text] == []


@pytest.mark.parametrize(
    "document",
    [
        PROJECT / "README.md",
        *(DOCS / f"{it}.md" for it in ("costs", "diff", "economics", "graph", "prices")),
    ],
    ids=lambda path: path.name,
)
def test_an_excerpt_is_what_the_command_prints(document: Path, tmp_path: Path) -> None:
    def lines(command: str) -> list[str]:
        return buylink(*shlex.split(command)[1:], cwd=tmp_path).stdout.splitlines()

    assert foreign_lines(document, lines) == []


def test_the_costs_page_says_what_each_stack_costs(tmp_path: Path) -> None:
    bills = {
        stack: json.loads(buylink("costs", stack, "--format", "json", cwd=tmp_path).stdout)
        for stack in costs_page.STACKS
    }
    assert_made_part(DOCS / "costs.md", "the stacks' bills", costs_page.totals(bills))
    assert_made_part(DOCS / "costs.md", "the owner's table", costs_page.comparison(bills))


def test_the_economics_page_says_what_the_command_finds(tmp_path: Path) -> None:
    found = {
        stack: json.loads(buylink("economics", stack, "--format", "json", cwd=tmp_path).stdout)
        for stack in costs_page.STACKS
    }
    page, prod = DOCS / "economics.md", found["prod"]
    assert_made_part(page, "definitions", economics_page.definitions(prod))
    assert_made_part(page, "assumptions", economics_page.assumptions(prod))
    assert_made_part(page, "the stacks' economics", economics_page.stacks(found))
    assert_made_part(page, "the owner's projection", economics_page.owners_projection(prod))


def test_the_readme_shows_where_the_money_of_prod_goes(tmp_path: Path) -> None:
    drawn = buylink("graph", "prod", cwd=tmp_path).stdout
    assert_made_part(PROJECT / "README.md", "buylink graph prod", f"```mermaid\n{drawn}```\n")
