"""Cases of `required-tags`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node

_ALL: Final = {
    "Project": "buylink",
    "Environment": "prod",
    "Stack": "buylink-prod",
    "Component": "network",
    "CostCenter": "commerce",
    "ManagedBy": "pulumi",
}


def _without(*names: str) -> dict[str, str]:
    return {key: value for key, value in _ALL.items() if key not in names}


def _vpc(**inputs: Value) -> Node:
    return Node("aws:ec2/vpc:Vpc", "vpc", inputs)


def _service(**inputs: Value) -> Node:
    return Node("aws:ecs/service:Service", "api", {"tags": _ALL, **inputs})


_case: Final = CaseFactory("required-tags")

CASES: Final = (
    _case("good", "all tags are there", _vpc(tags=_ALL), _service(propagateTags="SERVICE")),
    _case(
        "bad",
        "missing tags are named",
        _vpc(tags=_without("Stack", "CostCenter")),
        says=("vpc: it lacks the tags Stack, CostCenter",),
    ),
    _case(
        "bad",
        "no tags at all are refused",
        _vpc(),
        says=(
            "vpc: it lacks the tags Project, Environment, Stack, Component, CostCenter, ManagedBy",
        ),
    ),
    _case(
        "bad",
        "tags that stop at the service are refused",
        _service(),
        says=("api: propagateTags is not set: its tasks carry no tags",),
        deployed=("api: propagateTags is NONE: its tasks carry no tags",),
    ),
    _case(
        "unknown",
        "unknown tags can't be decided",
        _vpc(tags=Later(_ALL)),
        says=("vpc: could not decide: tags",),
        deployed=(),
    ),
    _case(
        "unknown",
        "the value of a required tag must be known",
        _vpc(tags=_ALL | {"CostCenter": Later("")}),
        says=("vpc: could not decide: the tag CostCenter",),
        deployed=("vpc: it lacks the tags CostCenter",),
    ),
    _case(
        "unknown",
        "unknown propagation can't be decided",
        _service(propagateTags=Later("NONE")),
        says=("api: could not decide: propagateTags",),
        deployed=("api: propagateTags is NONE",),
    ),
    _case(
        "variant",
        "an empty tag is no tag",
        _vpc(tags=_ALL | {"Project": ""}),
        says=("vpc: it lacks the tags Project",),
    ),
    _case(
        "variant",
        "a blank tag is no tag",
        _vpc(tags=_ALL | {"Project": " \t"}),
        says=("vpc: it lacks the tags Project",),
    ),
    _case("variant", "a provider's default tags show in tagsAll", _vpc(tags={}, tagsAll=_ALL)),
    _case(
        "variant",
        "other tags may be unknown",
        _vpc(tags=_ALL | {"Name": Later("vpc-1")}),
    ),
    _case(
        "variant",
        "tags may come from the task definition",
        _service(propagateTags="TASK_DEFINITION"),
    ),
    _case(
        "variant",
        "what can't be tagged needn't be",
        Node("aws:ec2/route:Route", "route", {"routeTableId": "rtb-1"}),
        Node("buylink:network:Network", "network"),
        Node("pulumi:providers:aws", "default"),
    ),
)
