"""Cases of `lambda-limits`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node

_FUNCTION: Final = "aws:lambda/function:Function"
_LOGS: Final = {"logFormat": "JSON", "logGroup": Later("sync-logs", ("logs",))}
_NO_GROUP: Final = "sync: it has no log group in this stack"


def _group(name: Value = "sync-logs") -> Node:
    return Node("aws:cloudwatch/logGroup:LogGroup", "logs", {"name": name})


def _function(**inputs: Value) -> Node:
    return Node(_FUNCTION, "sync", {"loggingConfig": _LOGS, **inputs})


def _bare(**inputs: Value) -> Node:
    return Node(_FUNCTION, "sync", inputs)


_case: Final = CaseFactory("lambda-limits")

CASES: Final = (
    _case("good", "a small function with a group of its own", _group(), _function(memorySize=256)),
    _case(
        "good",
        "the caps themselves are allowed",
        _group(),
        _function(memorySize=1024, timeout=300, reservedConcurrentExecutions=10),
    ),
    _case(
        "bad",
        "a large function is refused",
        _group(),
        _function(memorySize=2048, timeout=900, reservedConcurrentExecutions=50),
        says=(
            "sync: memorySize is 2048, at most 1024 MiB are allowed in stack prod",
            "sync: reservedConcurrentExecutions is 50, at most 10 runs at a time",
            "sync: timeout is 900, at most 300 seconds are allowed",
        ),
    ),
    _case(
        "bad",
        "what prod may have is too much for dev",
        _group(),
        _function(memorySize=1024),
        says=("sync: memorySize is 1024, at most 512 MiB are allowed in stack dev",),
        stack="dev",
    ),
    _case("bad", "a function without a log group is refused", _bare(), says=(_NO_GROUP,)),
    _case(
        "bad",
        "another function's group doesn't count",
        _group("/aws/lambda/guard"),
        _bare(name="sync"),
        says=(_NO_GROUP,),
    ),
    _case(
        "bad",
        "a group of another stack doesn't count",
        _group("/aws/lambda/sync"),
        _bare(name="sync", loggingConfig={"logFormat": "JSON", "logGroup": "/shared"}),
        says=(_NO_GROUP,),
    ),
    _case(
        "unknown",
        "unknown sizes can't be decided",
        _group(),
        _function(memorySize=Later(2048), timeout=Later(3), reservedConcurrentExecutions=Later(1)),
        says=(
            "sync: could not decide: memorySize",
            "sync: could not decide: reservedConcurrentExecutions",
            "sync: could not decide: timeout",
        ),
        deployed=("sync: memorySize is 2048",),
    ),
    _case(
        "unknown",
        "a group that comes from nowhere is none",
        _group(),
        _bare(loggingConfig={"logFormat": "JSON", "logGroup": Later("sync-logs")}),
        says=(_NO_GROUP,),
        deployed=(),
    ),
    _case(
        "unknown",
        "a name that comes from elsewhere is no function's group",
        Node(_FUNCTION, "guard", {"loggingConfig": _LOGS}),
        _group(Later("sync-logs", ("guard",))),
        _bare(),
        says=(_NO_GROUP,),
    ),
    _case(
        "variant",
        "a group may be named after the function",
        _group("/aws/lambda/sync"),
        _bare(name="sync"),
    ),
    _case(
        "variant",
        "a group may take its name from the function",
        _bare(),
        _group(Later("/aws/lambda/name-of-sync", ("sync",))),
        views=("preview", "deployed", "written out"),
    ),
    _case(
        "variant",
        "a group may be named in both places",
        _group("/hub/sync"),
        _bare(loggingConfig={"logFormat": "JSON", "logGroup": "/hub/sync"}),
    ),
    _case(
        "variant",
        "nothing reserved is minus one in a state",
        _group(),
        _function(reservedConcurrentExecutions=-1),
    ),
    _case(
        "variant",
        "a stack nobody knows has small functions",
        _group(),
        _function(memorySize=1024),
        says=("sync: memorySize is 1024, at most 512 MiB",),
        stack="holiday-demo",
    ),
)
