"""Cases of `dynamodb-on-demand`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import Case, Kind, Later, Node, merged

_KEPT: Final = {"pointInTimeRecovery": {"enabled": True}, "deletionProtectionEnabled": True}


def _case(
    kind: Kind,
    name: str,
    says: tuple[str, ...] = (),
    *,
    stack: str = "prod",
    deployed: tuple[str, ...] | None = None,
    **inputs: Value,
) -> Case:
    defaults = {"billingMode": "PAY_PER_REQUEST", **_KEPT}
    node = Node("aws:dynamodb/table:Table", "links", merged(defaults, inputs))
    return Case("dynamodb-on-demand", kind, name, (node,), says, deployed, stack)


CASES: Final = (
    _case("good", "on demand, with recovery and protection"),
    _case(
        "good",
        "dev needs neither recovery nor protection",
        stack="dev",
        pointInTimeRecovery=None,
        deletionProtectionEnabled=False,
    ),
    _case(
        "bad",
        "provisioned capacity is refused",
        ("links: billingMode is PROVISIONED: capacity is billed, used or not",),
        billingMode="PROVISIONED",
    ),
    _case(
        "bad",
        "in prod a table can be brought back to a moment",
        ("links: pointInTimeRecovery.enabled is not set, stack prod needs it on",),
        pointInTimeRecovery=None,
    ),
    _case(
        "bad",
        "in prod a table isn't deleted by mistake",
        ("links: deletionProtectionEnabled is not set, stack prod needs it on",),
        deletionProtectionEnabled=None,
    ),
    _case(
        "bad",
        "off is not on",
        (
            "links: deletionProtectionEnabled is false, stack prod",
            "links: pointInTimeRecovery.enabled is false, stack prod",
        ),
        pointInTimeRecovery={"enabled": False},
        deletionProtectionEnabled=False,
    ),
    _case(
        "bad",
        "on demand is needed in dev too",
        ("links: billingMode is PROVISIONED",),
        stack="dev",
        billingMode="PROVISIONED",
    ),
    _case(
        "unknown",
        "an unknown billing mode can't be decided",
        ("links: could not decide: billingMode",),
        deployed=(),
        billingMode=Later("PAY_PER_REQUEST"),
    ),
    _case(
        "unknown",
        "unknown switches can't be decided",
        (
            "links: could not decide: deletionProtectionEnabled",
            "links: could not decide: pointInTimeRecovery.enabled",
        ),
        deployed=("links: pointInTimeRecovery.enabled is false",),
        pointInTimeRecovery={"enabled": Later(value=False)},
        deletionProtectionEnabled=Later(value=True),
    ),
    _case(
        "unknown",
        "recovery that isn't known at all can't be decided",
        ("links: could not decide: pointInTimeRecovery.enabled",),
        deployed=(),
        pointInTimeRecovery=Later({"enabled": True}),
    ),
    _case(
        "variant",
        "a table that doesn't say so is provisioned",
        ("links: billingMode is not set, which means PROVISIONED",),
        deployed=("links: billingMode is PROVISIONED",),
        billingMode=None,
    ),
    _case(
        "variant",
        "a stack nobody knows needs both",
        (
            "links: deletionProtectionEnabled is not set, stack holiday-demo",
            "links: pointInTimeRecovery.enabled is not set, stack holiday-demo",
        ),
        stack="holiday-demo",
        pointInTimeRecovery=None,
        deletionProtectionEnabled=None,
    ),
)
