"""The text of a bucket's policy: who may come in, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.relations import parsed

_EVERYTHING: Final = frozenset(("s3:*", "*"))
_BOOLEAN: Final = ("bool", "boolifexists")
_BUCKET: Final = re.compile(r"\*|arn:[^:]+:s3:::[^/]+")
_OBJECTS: Final = re.compile(r"\*|arn:[^:]+:s3:::[^/]+(/\*|\*)")


def faults(policy: Any) -> Iterator[str]:
    """What a policy gets wrong, each in a sentence. It is JSON text, or the document itself."""
    document = policy if isinstance(policy, Mapping) else parsed(policy)
    if document is None:
        yield "could not decide: the bucket policy is not JSON"
        return
    statements = _list(document.get("Statement"))
    if not _denies_plain(statements):
        yield (
            "the bucket policy lets in requests without TLS: it needs a Deny of s3:* for everybody"
            " on the bucket and its objects where aws:SecureTransport is false"
        )
    if any(map(_opens, statements)):
        yield "the bucket policy lets everybody in: an Allow for everybody needs a Condition"


def _denies_plain(statements: list[Any]) -> bool:
    covered = [
        str(resource)
        for statement in statements
        if _denies_all_plain(statement)
        for resource in _list(statement.get("Resource"))
    ]
    return any(map(_BUCKET.fullmatch, covered)) and any(map(_OBJECTS.fullmatch, covered))


def _denies_all_plain(statement: Any) -> bool:
    return (
        isinstance(statement, Mapping)
        and statement.get("Effect") == "Deny"
        and not _EVERYTHING.isdisjoint(_list(statement.get("Action")))
        and _is_everybody(statement.get("Principal"))
        and _is_plain(statement.get("Condition"))
    )


def _is_plain(condition: Any) -> bool:
    """Whether a condition is that a request comes without TLS, and nothing more."""
    if not isinstance(condition, Mapping) or len(condition) != 1:
        return False
    (operator, keys), *_ = condition.items()
    return (
        str(operator).lower() in _BOOLEAN
        and isinstance(keys, Mapping)
        and [str(key).lower() for key in keys] == ["aws:securetransport"]
        and [str(value).lower() for each in keys.values() for value in _list(each)] == ["false"]
    )


def _opens(statement: Any) -> bool:
    return (
        isinstance(statement, Mapping)
        and statement.get("Effect") == "Allow"
        and not statement.get("Condition")
        and ("NotPrincipal" in statement or _is_everybody(statement.get("Principal")))
    )


def _is_everybody(principal: Any) -> bool:
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return "*" in _list(named)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
