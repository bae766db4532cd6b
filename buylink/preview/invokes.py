"""Answers to the questions a program asks AWS while it is planned, where there is no AWS.

Each is what AWS would say of an ordinary account, with ids that are plainly made up. A preview
lists the questions that were asked, so that nobody takes an answer for AWS's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from buylink.graph import Value

ACCOUNT_ID: Final = "123456789012"
"""The account AWS uses in its documentation."""

Arguments = Mapping[str, Value]
Answer = Callable[[Arguments, str], dict[str, Value] | None]
"""The function's arguments and the region in; its result out, None when only AWS knows it."""

STATEMENT_KEYS: Final = frozenset(
    {"sid", "effect", "actions", "notActions", "resources", "principals", "conditions"}
)
"""What is written into a policy document; one with anything else is not answered."""


def answer(token: str, arguments: Arguments, region: str) -> dict[str, Value] | None:
    """The canned answer to an invoke such as `aws:index/getRegion:getRegion`; None without one."""
    function = ANSWERS.get(token)
    return function(arguments, str(arguments.get("region") or region)) if function else None


def zone_id_prefix(region: str) -> str:
    """How zone ids of a region begin: `use1` for us-east-1, `apse1` for ap-southeast-1."""
    geography, *direction, number = region.split("-")
    initials = {"southeast": "se", "southwest": "sw", "northeast": "ne", "northwest": "nw"}
    return geography + "".join(initials.get(part, part[0]) for part in direction) + number


def _availability_zones(arguments: Arguments, region: str) -> dict[str, Value]:
    letters = "abcdef" if region == "us-east-1" else "abc"
    zones = [
        (f"{region}{letter}", f"{zone_id_prefix(region)}-az{number}")
        for number, letter in enumerate(letters, start=1)
    ]
    excluded = {*(arguments.get("excludeZoneIds") or ()), *(arguments.get("excludeNames") or ())}
    kept = [(name, zone) for name, zone in zones if not {name, zone} & excluded]
    return {
        "id": region,
        "region": region,
        "groupNames": [region],
        "names": [name for name, _ in kept],
        "zoneIds": [zone for _, zone in kept],
    }


def _caller_identity(_arguments: Arguments, _region: str) -> dict[str, Value]:
    return {
        "id": ACCOUNT_ID,
        "accountId": ACCOUNT_ID,
        "arn": f"arn:aws:iam::{ACCOUNT_ID}:user/preview",
        "userId": "AIDAEXAMPLEPREVIEW",
    }


def _region(_arguments: Arguments, region: str) -> dict[str, Value]:
    return {
        "id": region,
        "name": region,
        "region": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
        "description": region,
    }


def _partition(_arguments: Arguments, _region: str) -> dict[str, Value]:
    return {
        "id": "aws",
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
    }


def _managed_prefix_list(arguments: Arguments, region: str) -> dict[str, Value] | None:
    name = str(arguments.get("name") or "")
    if not name.startswith("com.amazonaws."):
        return None  # a list of the account's own, which only AWS knows
    identifier = f"pl-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return {
        "id": identifier,
        "name": name,
        "region": region,
        "arn": f"arn:aws:ec2:{region}:aws:prefix-list/{identifier}",
        "addressFamily": "IPv4",
        "entries": [],
        "maxEntries": 55,
        "ownerId": "AWS",
        "tags": {},
        "version": 1,
    }


def _policy_document(arguments: Arguments, _region: str) -> dict[str, Value] | None:
    declared = [*(arguments.get("statements") or ())]
    if set(arguments) - {"statements", "version", "policyId"}:
        return None
    if any(set(statement) - STATEMENT_KEYS for statement in declared):
        return None
    statements = [_statement(statement) for statement in declared]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
    return {
        "id": hashlib.sha256(text.encode()).hexdigest()[:10],
        "json": text,
        "minifiedJson": text,
    }


def _statement(statement: Mapping[str, Value]) -> dict[str, Value]:
    written = {
        "Sid": statement.get("sid"),
        "Effect": statement.get("effect") or "Allow",
        "Action": statement.get("actions"),
        "NotAction": statement.get("notActions"),
        "Resource": statement.get("resources"),
        "Principal": _principals(statement.get("principals") or ()),
        "Condition": _conditions(statement.get("conditions") or ()),
    }
    return {key: value for key, value in written.items() if value}


def _principals(principals: Iterable[Mapping[str, Value]]) -> dict[str, list[Value]]:
    written: dict[str, list[Value]] = {}
    for principal in principals:
        written.setdefault(principal["type"], []).extend(principal["identifiers"])
    return written


def _conditions(conditions: Iterable[Mapping[str, Value]]) -> dict[str, dict[str, Value]]:
    written: dict[str, dict[str, Value]] = {}
    for condition in conditions:
        written.setdefault(condition["test"], {})[condition["variable"]] = condition["values"]
    return written


ANSWERS: Final[Mapping[str, Answer]] = {
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _managed_prefix_list,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
