"""Lambda functions: how large, how long, how many at a time, and where they log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource
from policies.engine.caps import StackCaps
from policies.engine.relations import nested, stated
from policies.engine.resource_types import FUNCTION, LOG_GROUP
from policies.engine.rule import Rule, Violation, above_cap, undecided

_NAMED_BY_LAMBDA: Final = "/aws/lambda/"


def limits(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """The sizes a function states. What it leaves out is small: 128 MiB, 3 s, none reserved."""
    for name, unit, cap in (
        ("memorySize", "MiB", caps.max_function_memory),
        ("timeout", "seconds", caps.max_function_timeout),
        ("reservedConcurrentExecutions", "runs at a time", caps.max_function_concurrency),
    ):
        size = resource.get(name)
        if size is UNKNOWN:
            yield undecided(resource, name, f"Give a number of at most {cap} {unit}.")
        elif size is not None and int(size) > cap:
            yield above_cap(resource.urn, f"{name} is {int(size)}", f"{cap} {unit}")


def log_group_of_its_own(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Every function logs to a group that the stack declares."""
    for function in graph.of_type(FUNCTION):
        if not _logs_to_the_stack(graph, function):
            yield Violation(
                function.urn,
                "it has no log group in this stack: Lambda makes one itself, which never expires."
                " Declare one, and name it in loggingConfig.logGroup",
            )


def _logs_to_the_stack(graph: Graph, function: Resource) -> bool:
    group = nested(stated(function, "loggingConfig"), "logGroup")
    if group is UNKNOWN:
        return bool(graph.referenced(function, "loggingConfig", LOG_GROUP))
    name = function.get("name")
    if not group and name is UNKNOWN:  # the group takes its name from the function
        return bool(graph.referring(function, "name", LOG_GROUP))
    wanted = group or f"{_NAMED_BY_LAMBDA}{name}"
    return any(log_group.get("name") == wanted for log_group in graph.of_type(LOG_GROUP))


RULES: Final = (
    Rule(
        id="lambda-limits",
        title="Functions are small, and their logs expire",
        description="A function's memory, timeout and reserved concurrency are at most the stack's"
        " caps, and it logs to a group that the stack declares.",
        details="""
            Reads `memorySize`, `timeout` and `reservedConcurrentExecutions`. Left out they are
            small, and nothing is reserved, which is fine: new accounts can't. The log group is an
            `aws:cloudwatch/logGroup:LogGroup` that `loggingConfig.logGroup` refers to, or without
            that one named `/aws/lambda/<function>`. `log-retention` judges how long it keeps.
        """,
        unknowns="""
            An unknown size is a violation. An unknown log group is followed to the one it refers
            to, and one whose name comes from a function is taken for that function's.
        """,
        severity="medium",
        pillar="Cost Optimization",
        tags=("cost", "lambda", "logs"),
        remediation="Lower memorySize, timeout or reservedConcurrentExecutions, or raise the cap"
        " for this stack in policies/caps.yaml. Declare an aws:cloudwatch/logGroup:LogGroup and"
        " name it in the function's loggingConfig.logGroup.",
        url="https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-common.html",
        caps=("maxFunctionMemory", "maxFunctionTimeout", "maxFunctionConcurrency"),
        types=(FUNCTION,),
        on_resource=limits,
        on_stack=log_group_of_its_own,
    ),
)
