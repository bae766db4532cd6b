"""IAM statements that a component is given for a role it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi


@dataclass(frozen=True)
class Statement:
    """What is allowed on which resources; `condition` is in IAM's own form.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    """

    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]]
    condition: Mapping[str, Any] | None = None


def policy_document(statements: Iterable[Statement]) -> pulumi.Output[str]:
    """The JSON of a policy that allows what the statements say, and nothing else."""
    return pulumi.Output.json_dumps(
        {"Version": "2012-10-17", "Statement": [_written(it) for it in statements]}
    )


def _written(statement: Statement) -> dict[str, Any]:
    condition = {} if statement.condition is None else {"Condition": dict(statement.condition)}
    return {
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
        **condition,
    }
