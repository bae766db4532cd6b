"""Who may take on a role: plain data."""

from __future__ import annotations

from typing import Any


def service_trust(service: str, *, account_id: str | None = None) -> dict[str, Any]:
    """A trust policy for one AWS service; with an account, only on behalf of that account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if account_id is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}
