"""docs/reference/policies.md says what the pack does: parts of it are generated from the rules."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from typing import Final

import pytest
import yaml

from policies.engine import caps
from policies.engine.caps import StackCaps
from policies.engine.rule import Rule
from policies.rules import RULES
from tests.goldens import assert_generated_part, table
from tests.policies.pack_process import ROOT

PAGE: Final = ROOT / "docs" / "reference" / "policies.md"
WIDTH: Final = 100


def _text() -> str:
    return PAGE.read_text(encoding="utf-8")


def _summary() -> str:
    rows = ((f"[`{rule.id}`](#{rule.id})", rule.description, rule.severity) for rule in RULES)
    return table(("policy", "what it asks for", "severity"), *rows, figures=())


def _caps() -> str:
    stacks = {**caps.load(), "any other": caps.strictest(caps.load())}
    rows = (
        (
            f"`{field.alias}`",
            *(str(getattr(stack, name)).lower() for stack in stacks.values()),
            field.description or "",
        )
        for name, field in StackCaps.model_fields.items()
        if name not in ("allow", "required_tags")
    )
    return table(("key", *stacks, "what"), *rows, figures=())


def _section(rule: Rule) -> str:
    read = ", ".join(f"`{key}`" for key in rule.caps) or "none"
    paragraphs = (
        f"## {rule.id}",
        f"**{rule.title}.** {rule.description}",
        *inspect.cleandoc(rule.details).split("\n\n"),
        f"**Severity:** {rule.severity}. **Caps:** {read}.",
        f"**Not known yet:** {inspect.cleandoc(rule.unknowns)}",
        f"**To fix it:** {rule.remediation}",
        f"[AWS on this]({rule.url})",
    )
    return "\n\n".join(map(_filled, paragraphs)) + "\n"


def _filled(paragraph: str) -> str:
    if paragraph.startswith("- "):
        return paragraph
    return textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)


def test_the_page_lists_every_policy() -> None:
    assert_generated_part(PAGE, "rules", _summary())


def test_the_page_shows_the_caps_of_every_stack() -> None:
    assert_generated_part(PAGE, "caps.yaml", _caps())


def test_every_policy_has_a_section() -> None:
    sections = "\n".join(map(_section, RULES))
    assert_generated_part(PAGE, "details", sections)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_say_what_their_section_needs(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    for text in (rule.description, rule.details, rule.unknowns, rule.remediation):
        assert text.strip().endswith("."), text


def test_the_page_has_no_section_of_a_policy_that_is_gone() -> None:
    sections = set(re.findall(r"^## (.+)$", _text(), re.MULTILINE))
    assert sections - {rule.id for rule in RULES} == {"Caps", "Values that aren't known yet"}


def test_the_page_lists_the_required_tags() -> None:
    for stack in (*caps.load().values(), caps.strictest(caps.load())):
        assert f"`requiredTags` is {', '.join(stack.required_tags)} in every stack" in _text()


def test_the_examples_on_the_page_are_accepted() -> None:
    (config,) = re.findall(r"```json\n(.+?)```", _text(), re.DOTALL)
    ids = {rule.id for rule in RULES}
    for policy, overrides in json.loads(config).items():
        assert policy in ids
        assert caps.for_stack("prod", overrides).max_tasks == 12
    (example,) = re.findall(r"```yaml\n(.+?)```", _text(), re.DOTALL)
    allow = yaml.safe_load(example)["prod"]["allow"]
    opened = caps.for_stack("prod", {"allow": allow})
    urn = "urn:pulumi:prod::shop::aws:ec2/vpcEndpoint:VpcEndpoint::network-ecr-api"
    assert opened.allows("cost-surprise", urn)
    assert not opened.allows("cost-surprise", urn.replace("ecr", "sqs"))
