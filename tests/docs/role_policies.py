"""The policies of CI's roles, generated from the table of what the provider calls for each type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from policy_sentry.querying.actions import get_action_data

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "how-to" / "deploy"
TEMPLATE = FOLDER / "account.yaml"
BEGIN, END = (
    "  # generated from permissions.yaml: begin\n",
    "  # generated from permissions.yaml: end\n",
)
LONGEST = 6144
"""Characters of a managed policy, white space aside.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
SECRET_VALUES = "secretsmanager:GetSecretValue"

Json = dict[str, Any]
"""What YAML and policy_sentry hold: whoever reads it knows its shape."""
Statement = Json


def table() -> Json:
    """permissions.yaml."""
    return yaml.safe_load((FOLDER / "permissions.yaml").read_text("utf-8"))


def actions(permissions: Json) -> list[str]:
    """All actions, each once."""
    of_types = {action for named in permissions["types"].values() for action in named}
    return sorted(of_types | set(permissions["program"]))


def known_to_aws(action: str) -> list[Json]:
    """What AWS's service authorization reference says of an action; empty when it has none."""
    service, name = action.split(":")
    by_service: dict[str, list[Json]] = get_action_data(service, name) or {}
    return [entry for entry in by_service.get(service, []) if entry["action"] == action]


def reads(action: str) -> bool:
    """Whether an action changes nothing."""
    return {entry["access_level"] for entry in known_to_aws(action)} <= {"Read", "List"}


def names_resources(action: str) -> bool:
    """Whether a policy can narrow an action to named resources."""
    return any(entry["resource_arn_format"] != "*" for entry in known_to_aws(action))


def template() -> str:
    """account.yaml with its policies as the table says."""
    head, _, rest = TEMPLATE.read_text("utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    permissions = table()
    everything = statements(permissions, actions(permissions))
    reading = statements(permissions, filter(reads, actions(permissions)))
    policies = [*_policies("Deploy", everything), *_policies("Preview", reading)]
    return f"{head}{BEGIN}{''.join(policies)}{END}{tail}"


def statements(permissions: Json, allowed: Iterable[str]) -> Iterator[Statement]:
    """One for each service and reach: changes are narrowed to our names, reading is not.

    Reading the value of a secret is narrowed too.
    """
    groups: dict[tuple[str, bool], list[str]] = {}
    for action in allowed:
        if action == "iam:PassRole":
            continue
        service = action.split(":")[0]
        narrow = (
            service in permissions["resources"]
            and names_resources(action)
            and (not reads(action) or action == SECRET_VALUES)
        )
        groups.setdefault((service, narrow), []).append(action)
    for (service, narrow), named in sorted(groups.items()):
        reach = permissions["resources"][service] if narrow else "*"
        yield {"Effect": "Allow", "Action": named, "Resource": reach}
    if any(not reads(action) for named in groups.values() for action in named):
        yield from _roles(permissions)


def _roles(permissions: Json) -> Iterator[Statement]:
    passed = {"StringEquals": {"iam:PassedToService": permissions["passedTo"]}}
    yield {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": permissions["resources"]["iam"],
        "Condition": passed,
    }
    yield {
        "Effect": "Allow",
        "Action": ["iam:CreateServiceLinkedRole"],
        "Resource": "arn:aws:iam::*:role/aws-service-role/*",
        "Condition": {"StringEquals": {"iam:AWSServiceName": permissions["serviceLinkedRoles"]}},
    }


def documents(wanted: Iterable[Statement]) -> list[list[Statement]]:
    """The statements in as few policies as their length allows, in order."""
    packed: list[list[Statement]] = [[]]
    for statement in wanted:
        if size([*packed[-1], statement]) > LONGEST:
            packed.append([])
        packed[-1].append(statement)
    return packed


def size(document: list[Statement]) -> int:
    """Characters that count, with the longest account number in place."""
    text = json.dumps({"Version": "2012-10-17", "Statement": document}, separators=(",", ":"))
    return len(text.replace("${AWS::AccountId}", "123456789012"))


def _policies(role: str, wanted: Iterable[Statement]) -> Iterator[str]:
    for number, document in enumerate(documents(wanted), start=1):
        yield f"  {role}Policy{number}:\n"
        yield "    Type: AWS::IAM::ManagedPolicy\n    Properties:\n"
        yield f"      Roles: [!Ref {role}Role]\n"
        yield '      PolicyDocument:\n        Version: "2012-10-17"\n        Statement:\n'
        for statement in document:
            yield from _lines(statement)
        yield "\n"


def _lines(statement: Statement) -> Iterator[str]:
    yield "          - Effect: Allow\n            Action:\n"
    yield from (f"              - {action}\n" for action in statement["Action"])
    reach = statement["Resource"]
    yield "            Resource:\n"
    for arn in [reach] if isinstance(reach, str) else reach:
        substituted = "!Sub " if "${" in arn else ""
        yield f'              - {substituted}"{arn}"\n'
    if condition := statement.get("Condition"):
        yield f"            Condition: {json.dumps(condition)}\n"
