"""Tags: who pays, and for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from buylink.graph import UNKNOWN, Resource, Value
from policies.engine.caps import StackCaps
from policies.engine.resource_types import SERVICE
from policies.engine.rule import Rule, Violation, undecided

TAGGABLE_FILE: Final = Path(__file__).with_name("taggable_types.txt")

_PROPAGATED: Final = ("SERVICE", "TASK_DEFINITION")


@cache
def taggable() -> frozenset[str]:
    """The resource types that take tags, as the installed pulumi-aws had them."""
    lines = TAGGABLE_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def required_tags(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """Every required tag, with a value, and propagated to the tasks of a service."""
    if resource.type not in taggable():
        return
    sets = [resource.get(name) for name in ("tags", "tagsAll")]
    tags: dict[str, Value] = {}
    for tag_set in sets:
        tags |= tag_set if isinstance(tag_set, Mapping) else {}
    missing = [name for name in caps.required_tags if _is_blank(tags.get(name))]
    unknown = [name for name in caps.required_tags if tags.get(name) is UNKNOWN]
    if missing and UNKNOWN in sets:
        yield undecided(resource, "tags", "Write the tags' names out.")
    elif missing:
        yield Violation(resource.urn, f"it lacks the tags {', '.join(missing)}")
    for name in unknown:
        yield undecided(resource, f"the tag {name}", "Write its value out.")
    if resource.type == SERVICE:
        yield from _propagated(resource)


def _is_blank(value: Value) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


def _propagated(service: Resource) -> Iterator[Violation]:
    source = service.get("propagateTags")
    if source is UNKNOWN:
        yield undecided(service, "propagateTags", "Set it to SERVICE.")
    elif source not in _PROPAGATED:
        yield Violation(
            service.urn,
            f"propagateTags is {source or 'not set'}: its tasks carry no tags, so neither does"
            " what they cost",
        )


RULES: Final = (
    Rule(
        id="required-tags",
        title="Resources say who pays for them",
        description="Every taggable resource carries the required tags, and ECS services"
        " propagate them to their tasks.",
        details="""
            Every resource whose type takes tags (`policies/rules/taggable_types.txt`, made from the
            installed pulumi-aws) carries the tags in `requiredTags`, each with a value that isn't
            blank. Tags that the provider adds by default show in `tagsAll` and count. An ECS
            service also propagates its tags, or its task definition's: otherwise Fargate's cost
            carries none.
        """,
        unknowns="""
            Unknown tags, and an unknown value of a required tag, are violations. The value of any
            other tag may be unknown.
        """,
        severity="medium",
        pillar="Cost Optimization",
        tags=("cost", "tags"),
        remediation="Add the tags to the resource, and set propagateTags to SERVICE on ECS"
        " services. requiredTags in policies/caps.yaml lists them.",
        url="https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html",
        caps=("requiredTags",),
        on_resource=required_tags,
    ),
)
