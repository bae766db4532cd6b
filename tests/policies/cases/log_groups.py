"""Cases of `log-retention`."""

from __future__ import annotations

import json
from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, Kind, Later, Node


def _case(
    kind: Kind,
    name: str,
    says: tuple[str, ...] = (),
    *,
    stack: str = "prod",
    deployed: tuple[str, ...] | None = None,
    **inputs: Value,
) -> Case:
    node = Node("aws:cloudwatch/logGroup:LogGroup", "logs", inputs)
    return Case("log-retention", kind, name, (node,), says, deployed, stack)


def _task(create: Value) -> Case:
    options = {"awslogs-group": "/app", "awslogs-create-group": create}
    text = json.dumps([{"name": "app", "LogConfiguration": {"options": options}}])
    kind = "aws:ecs/taskDefinition:TaskDefinition"
    node = Node(kind, "task", {"containerDefinitions": text})
    says = ("task: container app has awslogs-create-group",) if create == "true" else ()
    return Case("log-retention", "variant", f"awslogs-create-group is {create}", (node,), says)


CASES: Final = (
    _task("true"),
    _task("false"),
    _case(
        "bad",
        "a negative number of days is none",
        ("logs: retentionInDays is -1: it is no number of days",),
        retentionInDays=-1,
    ),
    _case("good", "thirty days are allowed in prod", retentionInDays=30),
    _case("good", "seven days are allowed in dev", retentionInDays=7, stack="dev"),
    _case(
        "bad",
        "ninety days are refused",
        ("logs: retentionInDays is 90, at most 30 days are allowed in stack prod",),
        retentionInDays=90,
    ),
    _case(
        "bad",
        "what prod may keep is too long for dev",
        ("logs: retentionInDays is 30, at most 7 days are allowed in stack dev",),
        retentionInDays=30,
        stack="dev",
    ),
    _case(
        "bad",
        "a group that never expires is refused",
        ("logs: retentionInDays is not set: it never expires",),
        deployed=("logs: retentionInDays is 0: it never expires",),
    ),
    _case(
        "unknown",
        "an unknown retention can't be decided",
        ("logs: could not decide: retentionInDays is only known after deployment",),
        deployed=(),
        retentionInDays=Later(7),
    ),
    _case(
        "unknown",
        "an unknown retention may turn out too long",
        ("logs: could not decide: retentionInDays",),
        deployed=("logs: retentionInDays is 365, at most 30",),
        retentionInDays=Later(365),
    ),
    _case(
        "variant",
        "zero means for ever",
        ("logs: retentionInDays is 0: it never expires",),
        retentionInDays=0,
    ),
    _case(
        "variant",
        "a stack nobody knows keeps logs for seven days",
        ("logs: retentionInDays is 14, at most 7 days",),
        retentionInDays=14,
        stack="holiday-demo",
    ),
    _case("variant", "a delivery group expires by itself", logGroupClass="DELIVERY"),
)
