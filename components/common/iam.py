"""IAM policies as plain data, in which ARNs may be outputs: what a role may do, who may be it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class Statement:
    """What is allowed on which resources; `condition` is in IAM's own form.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
    """

    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]]
    condition: Mapping[str, object] | None = None


def policy_document(statements: Iterable[Statement]) -> pulumi.Output[str]:
    """The JSON of a policy that allows what the statements say, and nothing else."""
    return pulumi.Output.json_dumps(
        {"Version": "2012-10-17", "Statement": [_written(statement) for statement in statements]}
    )


def _written(statement: Statement) -> dict[str, object]:
    condition = {} if statement.condition is None else {"Condition": dict(statement.condition)}
    return {
        "Effect": "Allow",
        "Action": list(statement.actions),
        "Resource": list(statement.resources),
        **condition,
    }


def service_trust(service: str, *, account_id: str | None = None) -> dict[str, object]:
    """A trust policy for one AWS service; with an account, only on behalf of that account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if account_id is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}
