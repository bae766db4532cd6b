"""Names: the few we give ourselves, and Pulumi's where AWS takes only short ones."""

from __future__ import annotations

import hashlib

RANDOM_SUFFIX = 8
"""Characters Pulumi adds to a name it makes: a dash and seven hex digits.
https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming"""

TARGET_GROUP_NAME = 32
"""Longest name of a target group.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"""

_DIGEST = 7


def explicit_name(stack: str, thing: str) -> str:
    """The AWS name of what people and runbooks call by name: `buylink-prod-cluster`."""
    return f"buylink-{stack}-{thing}"


def auto_nameable(name: str, longest: int) -> str:
    """`name` when Pulumi's suffix still fits into `longest` characters, else a shorter name.

    The shorter one ends in a digest of the whole, so that two long names stay apart.
    """
    room = longest - RANDOM_SUFFIX
    if len(name) <= room:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: room - _DIGEST - 1].rstrip('-')}-{digest}"
