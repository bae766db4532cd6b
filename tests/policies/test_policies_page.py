"""docs/reference/policies.md says what the pack does."""

from __future__ import annotations

import json
import re
from typing import Final

import pytest
import yaml

from policies.engine import caps
from policies.engine.caps import StackCaps
from policies.engine.rule import Rule
from policies.rules import RULES
from tests.policies.pack_process import ROOT

PAGE: Final = (ROOT / "docs" / "reference" / "policies.md").read_text(encoding="utf-8")
SECTIONS: Final = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def test_the_page_lists_every_policy() -> None:
    rows = [_row(f"`{rule.id}`", rule.description, rule.severity) for rule in RULES]
    header = "| policy | what it asks for | severity |\n|---|---|---|\n"
    assert header + "\n".join(rows) + "\n\n" in PAGE


def test_the_page_shows_the_caps_of_every_stack() -> None:
    stacks = [*caps.load().values(), caps.strictest(caps.load())]
    rows = [
        _row(
            f"`{field.alias}`",
            *(str(getattr(stack, name)).lower() for stack in stacks),
            field.description,
        )
        for name, field in StackCaps.model_fields.items()
        if name not in ("allow", "required_tags")
    ]
    header = "| key | dev | staging | prod | any other | what |\n|---|---|---|---|---|---|\n"
    assert header + "\n".join(rows) + "\n\n" in PAGE


def test_the_page_lists_the_required_tags() -> None:
    for stack in (*caps.load().values(), caps.strictest(caps.load())):
        assert f"`requiredTags` is {', '.join(stack.required_tags)} in every stack" in PAGE


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_policy_has_a_section(rule: Rule) -> None:
    section = " ".join(SECTIONS[rule.id].split())
    assert section.startswith(rule.description)
    assert rule.remediation in section
    assert rule.url in section
    stated = ", ".join(f"`{key}`" for key in rule.caps) or "none"
    assert f"**Caps:** {stated}." in section
    assert "**Not known yet:** " in section


def test_the_page_has_no_section_of_a_policy_that_is_gone() -> None:
    assert set(SECTIONS) - {rule.id for rule in RULES} == {"Caps", "Values that aren't known yet"}


def test_the_examples_on_the_page_are_accepted() -> None:
    (config,) = re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)
    ids = {rule.id for rule in RULES}
    for policy, overrides in json.loads(config).items():
        assert policy in ids
        assert caps.for_stack("prod", overrides).max_tasks == 12
    (example,) = re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    allow = yaml.safe_load(example)["prod"]["allow"]
    opened = caps.for_stack("prod", {"allow": allow})
    urn = "urn:pulumi:prod::shop::aws:ec2/vpcEndpoint:VpcEndpoint::network-ecr-api"
    assert opened.allows("cost-surprise", urn)
    assert not opened.allows("cost-surprise", urn.replace("ecr", "sqs"))
