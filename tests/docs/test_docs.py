"""The documentation, held to what is there."""

import json
import re
import shlex
from pathlib import Path
from typing import cast

import pytest

from buylink.exit_codes import ExitCode
from tests.cli.command import PROJECT, buylink
from tests.goldens import EXCERPT, foreign_lines

DOCS = PROJECT / "docs"
README, INDEX = PROJECT / "README.md", DOCS / "index.md"
FOLDERS = ("how-to", "reference", "explanation")
PAGES = sorted(
    [
        README,
        *DOCS.glob("*.md"),
        *(page for folder in FOLDERS for page in (DOCS / folder).glob("*.md")),
    ]
)
EXCERPTS = [
    page for page in PAGES if any(shown for _, shown in EXCERPT.findall(page.read_text("utf-8")))
]
ELSEWHERE = {"tutorial", "growth", "options"}
"""Pages whose excerpts other tests check: step by step, or with what they have planned already."""


def name(page: Path) -> str:
    return page.stem


def links(page: Path) -> list[tuple[str, str]]:
    """The targets and the fragments of a page's links to files."""
    pattern = r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]*))?\)"
    return re.findall(pattern, page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """The fragments that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def linked_page(page: Path, target: str) -> Path:
    return (page.parent / target).resolve() if target else page


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        f"{target}#{fragment}"
        for target, fragment in links(page)
        if not linked_page(page, target).exists()
        or (fragment and fragment not in anchors(linked_page(page, target)))
    ]
    assert broken == []


def test_every_page_is_reachable_from_the_index() -> None:
    reached, waiting = {INDEX}, [INDEX]
    while waiting:
        page = waiting.pop()
        for target, _ in links(page):
            linked = linked_page(page, target)
            if linked.suffix == ".md" and linked not in reached:
                reached.add(linked)
                waiting.append(linked)
    assert sorted(set(PAGES) - {README} - reached) == []


def test_the_index_lists_every_page() -> None:
    listed = {linked_page(INDEX, target) for target, _ in links(INDEX)}
    assert sorted(set(PAGES) - {README, INDEX} - listed) == []


def test_the_readme_leads_to_the_index_and_stays_short() -> None:
    assert ("docs/index.md", "") in links(README)
    assert len(README.read_text("utf-8").splitlines()) < 90


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)", text)) | set(
        re.findall(r"^(?:\$ )?make ([a-z-]+)", text, re.MULTILINE)
    )
    known = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert targets <= known


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_paths_of_the_repository_that_are_named_exist(page: Path) -> None:
    folders = "app|buylink|components|dev|docs|policies|stacks|tests"
    named = [
        PROJECT / path
        for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text("utf-8"))
    ]
    # A how-to also names files that its reader will write.
    needed = [path.parent for path in named] if page.parent.name == "how-to" else named
    assert [path for path in needed if not path.exists()] == []


def test_every_pinned_package_says_why_it_is_here() -> None:
    files = [
        PROJECT / "pyproject.toml",
        PROJECT / "requirements-dev.txt",
        *PROJECT.glob("app/*/requirements.txt"),
    ]
    pins = {
        package
        for path in files
        for package in re.findall(
            r'(?:^|")([\w.-]+)(?:\[\w+\])?==', path.read_text("utf-8"), re.MULTILINE
        )
    }
    reasons = (DOCS / "reference/dependencies.md").read_text("utf-8")
    assert sorted(package for package in pins if f"| {package} |" not in reasons) == []


def test_every_stack_output_is_documented() -> None:
    exported = re.findall(r'pulumi\.export\("(\w+)"', (PROJECT / "__main__.py").read_text("utf-8"))
    text = (DOCS / "explanation/architecture.md").read_text("utf-8")
    assert exported
    assert [output for output in exported if f"`{output}`" not in text] == []


def test_every_exit_code_is_documented() -> None:
    text = (DOCS / "reference/commands.md").read_text("utf-8")
    assert [code.value for code in ExitCode if f"| {code.value} |" not in text] == []


@pytest.mark.parametrize(
    "command",
    [
        "preview dev",
        "costs dev",
        "diff dev staging",
        "economics dev",
        "graph dev",
        "audit docs/models/linkhub.yaml",
    ],
)
def test_every_key_of_the_json_is_documented(command: str) -> None:
    text = (DOCS / "reference/json.md").read_text("utf-8")
    name, *arguments = command.split()
    (section,) = re.findall(
        rf"^## `buylink {name}`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    shape = section.partition("```\n")[2].partition("```")[0]
    run = buylink(name, *arguments, "--format", "json", cwd=PROJECT)
    documented = {*re.findall(r"\w+", shape), *("low", "typical", "high")}
    assert sorted(keys(json.loads(run.stdout)) - documented) == []


def keys(value: object) -> set[str]:
    """The keys of our own in a JSON document, at any depth."""
    if isinstance(value, list):
        return {key for entry in cast("list[object]", value) for key in keys(entry)}
    if not isinstance(value, dict):
        return set()
    theirs = {"inputs", "dependencies", "options", "cost"}  # Pulumi's, or another section's
    ours: set[str] = set()
    for key, entry in cast("dict[str, object]", value).items():
        ours |= {key} if key in theirs else {key, *keys(entry)}
    return ours


def test_the_pages_with_excerpts_are_known() -> None:
    assert len(EXCERPTS) >= 9
    assert {page.stem for page in EXCERPTS} >= ELSEWHERE


@pytest.mark.parametrize(
    "page", [page for page in EXCERPTS if page.stem not in ELSEWHERE], ids=name
)
def test_an_excerpt_is_what_the_command_prints(page: Path) -> None:
    def lines(command: str) -> list[str]:
        return buylink(*shlex.split(command)[1:], cwd=PROJECT).stdout.splitlines()

    assert foreign_lines(page, lines) == []
