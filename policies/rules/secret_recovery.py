"""Secrets Manager: how long a deleted secret can be brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.graph import UNKNOWN, Resource, stack_of
from policies.engine.caps import StackCaps
from policies.engine.rule import Rule, Violation, undecided

SECRET: Final = "aws:secretsmanager/secret:Secret"


def recovery(resource: Resource, caps: StackCaps) -> Iterator[Violation]:
    """A window of at least the stack's days; left out it is AWS's own 30, the longest."""
    least = caps.min_secret_recovery_days
    days = resource.get("recoveryWindowInDays")
    if not least or days is None:
        return
    if days is UNKNOWN:
        yield undecided(resource, "recoveryWindowInDays", f"Give at least {least} days.")
    elif int(days) < least:
        yield Violation(
            resource.urn,
            f"recoveryWindowInDays is {int(days)}, at least {least} are needed in stack"
            f" {stack_of(resource.urn)}: what is deleted by mistake must come back",
        )


RULES: Final = (
    Rule(
        id="secrets-recovery",
        title="Deleted secrets can be brought back",
        description="A deleted secret can be brought back for at least the stack's number of days.",
        details="""
            Reads `recoveryWindowInDays` of a Secrets Manager secret; left out it is 30, the
            longest. 0 deletes at once, which suits a stack that comes and goes: a deleted secret's
            name stays blocked until its window is over.
        """,
        unknowns="""
            An unknown window is a violation, unless any will do.
        """,
        severity="medium",
        pillar="Reliability",
        tags=("reliability", "secrets"),
        remediation="Leave recoveryWindowInDays out, which means 30, or set it to at least"
        " minSecretRecoveryDays in policies/caps.yaml.",
        url="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
        caps=("minSecretRecoveryDays",),
        types=(SECRET,),
        on_resource=recovery,
    ),
)
