"""DynamoDB tables: billed by use, and kept where the stack asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Resource, Value, stack_of
from policies.engine.caps import StackCaps
from policies.engine.relations import nested
from policies.engine.resource_types import TABLE
from policies.engine.rule import Rule, Violation, undecided


def on_demand(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """On demand, and where the stack asks for it with recovery and deletion protection."""
    mode = resource.get("billingMode")
    if mode is UNKNOWN:
        yield undecided(resource, "billingMode", "Write PAY_PER_REQUEST out.")
    elif mode != "PAY_PER_REQUEST":
        shown = mode or "not set, which means PROVISIONED"
        yield Violation(resource.urn, f"billingMode is {shown}: capacity is billed, used or not")
    if caps.table_needs_recovery:
        recovery = nested(resource.get("pointInTimeRecovery"), "enabled")
        yield from _is_on(resource, "pointInTimeRecovery.enabled", recovery)
    if caps.table_needs_protection:
        protection = resource.get("deletionProtectionEnabled")
        yield from _is_on(resource, "deletionProtectionEnabled", protection)


def _is_on(resource: Resource, name: str, value: Value) -> Iterator[Violation]:
    if value is UNKNOWN:
        yield undecided(resource, name, "Set it to true.")
    elif value is not True:
        shown = "not set" if value is None else "false"
        yield Violation(
            resource.urn, f"{name} is {shown}, stack {stack_of(resource.urn)} needs it on"
        )


RULES: Final = (
    Rule(
        id="dynamodb-on-demand",
        title="Tables are billed by use",
        description="Every DynamoDB table is on demand; where the stack asks for it, with"
        " point-in-time recovery and deletion protection.",
        details="""
            `billingMode` is `PAY_PER_REQUEST`; left out it means provisioned. In prod
            `pointInTimeRecovery.enabled` and `deletionProtectionEnabled` are true: they are set on
            the table itself, there is no resource of their own for them. A provisioned table that
            has its reasons needs an entry in the [allow list](#the-allow-list) here and under
            `cost-surprise`.
        """,
        unknowns="""
            An unknown mode is a violation, and so is an unknown switch where it is needed.
        """,
        severity="high",
        pillar="Cost Optimization",
        tags=("cost", "reliability", "dynamodb"),
        remediation="Set billingMode to PAY_PER_REQUEST and, where the stack asks for it,"
        " pointInTimeRecovery.enabled and deletionProtectionEnabled to true. tableNeedsRecovery"
        " and tableNeedsProtection in policies/caps.yaml say where.",
        url="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
        caps=("tableNeedsRecovery", "tableNeedsProtection"),
        types=(TABLE,),
        on_resource=on_demand,
    ),
)
