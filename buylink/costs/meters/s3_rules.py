"""The lifecycle rules of a bucket, wherever a graph has them.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from buylink.costs.charge import Unpriced
from buylink.costs.meters.by_usage import said
from buylink.costs.meters.s3_lifecycle import Lifecycle, Rule
from buylink.graph import Graph, Resource, contains_unknown

CONFIGURATIONS: Final = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
_SOME: Final = ("prefix", "tag", "tags")
_LEFT_OUT: Final = "lifecycle rules for a prefix or tags are left out"


def lifecycle_of(bucket: Resource, graph: Graph) -> Lifecycle | Unpriced:
    """Of its configurations, and of the rules that older programs write into the bucket."""
    configurations = graph.referring(bucket, "bucket", *CONFIGURATIONS)
    given = [said(it, "rules") or () for it in configurations]
    inline = said(bucket, "lifecycleRules") or ()
    if contains_unknown([*given, inline]):
        return Unpriced(reason="its lifecycle rules are only known after deployment")
    rules = [
        *(rule for rules in given for rule in rules if rule.get("status") == "Enabled"),
        *(rule for rule in inline if rule.get("enabled") is True),
    ]
    whole = [rule for rule in rules if not _concerns_some(rule)]
    small = [said(it, "transitionDefaultMinimumObjectSize") for it in configurations]
    return Lifecycle(
        rules=tuple(map(_rule, whole)),
        small_archived="varies_by_storage_class" in small,
        left_out=_LEFT_OUT if any(_acts(it) for it in rules if _concerns_some(it)) else "",
    )


def _rule(rule: Mapping[str, Any]) -> Rule:
    given = _filter(rule)
    above, below = given.get("objectSizeGreaterThan"), given.get("objectSizeLessThan")
    return Rule(
        moves={int(it["days"]): str(it["storageClass"]) for it in rule.get("transitions") or ()},
        expires=min(_expiries(rule), default=None),
        above_kb=Decimal(int(above or 0)) / 1024,
        below_kb=Decimal(int(below)) / 1024 if below else None,
        sized=above is not None,
    )


def _expiries(rule: Mapping[str, Any]) -> Iterator[int]:
    """Of `expiration`, or of `expirations`, as buckets of version 6 name it."""
    for it in (rule.get("expiration"), *(rule.get("expirations") or ())):
        if it and it.get("days") is not None:
            yield int(it["days"])


def _filter(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule's filter without levels; older rules have its parts themselves."""
    given = rule.get("filter") or {}
    old = {name: rule[name] for name in _SOME if rule.get(name)}
    return {**old, **given, **(given.get("and") or {})}


def _concerns_some(rule: Mapping[str, Any]) -> bool:
    """An empty prefix is every key's."""
    given = _filter(rule)
    return any(given.get(name) for name in _SOME)


def _acts(rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("transitions")) or any(True for _ in _expiries(rule))
