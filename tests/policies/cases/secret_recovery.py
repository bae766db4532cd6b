"""Cases of `secrets-recovery`."""

from __future__ import annotations

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
    node = Node("aws:secretsmanager/secret:Secret", "signing", inputs)
    return Case("secrets-recovery", kind, name, (node,), says, deployed, stack)


CASES: Final = (
    _case("good", "thirty days are enough in prod", recoveryWindowInDays=30),
    _case("good", "in dev a secret may go at once", recoveryWindowInDays=0, stack="dev"),
    _case(
        "bad",
        "a week is too short for prod",
        ("signing: recoveryWindowInDays is 7, at least 30 are needed in stack prod",),
        recoveryWindowInDays=7,
    ),
    _case(
        "bad",
        "gone at once is refused in prod",
        ("signing: recoveryWindowInDays is 0, at least 30",),
        recoveryWindowInDays=0,
    ),
    _case(
        "unknown",
        "an unknown window can't be decided",
        ("signing: could not decide: recoveryWindowInDays is only known after deployment",),
        deployed=(),
        recoveryWindowInDays=Later(30),
    ),
    _case(
        "unknown",
        "an unknown window may turn out too short",
        ("signing: could not decide: recoveryWindowInDays",),
        deployed=("signing: recoveryWindowInDays is 29",),
        recoveryWindowInDays=Later(29),
    ),
    _case("variant", "left out it is AWS's thirty days"),
    _case(
        "variant",
        "where any window will do an unknown one decides nothing",
        recoveryWindowInDays=Later(0),
        stack="dev",
    ),
    _case(
        "variant",
        "a stack nobody knows needs thirty days",
        ("signing: recoveryWindowInDays is 0, at least 30 are needed in stack holiday-demo",),
        recoveryWindowInDays=0,
        stack="holiday-demo",
    ),
)
