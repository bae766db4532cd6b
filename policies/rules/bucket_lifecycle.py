"""S3 lifecycles: unfinished uploads go, and small objects stay where they are cheapest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value, contains_unknown
from policies.engine.caps import StackCaps
from policies.engine.relations import items, linking, nested, stated
from policies.engine.resource_types import BUCKETS
from policies.engine.rule import Rule, Violation, undecided

LIFECYCLES: Final = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
ABORT_DAYS: Final = 7
SMALL: Final = 128 * 1024
"""Bytes under which a colder class bills an object as if it had them, or never pays back."""

_VARIES: Final = "varies_by_storage_class"
_ANY_SIZE: Final = ("GLACIER", "DEEP_ARCHIVE")
"""The classes that take small objects when the least size varies by storage class."""


def small_objects(resource: Resource, _: StackCaps) -> Iterator[Violation]:
    """No rule moves objects under 128 KB. Without a size filter S3 itself moves none."""
    rules = resource.get("rules")
    if rules is UNKNOWN:
        yield undecided(resource, "rules", "Write the rules out.")
    for index, rule in enumerate(items(rules)):
        where = f"rules[{index}]"
        classes = _transitions(rule)
        if not classes or nested(rule, "status") == "Disabled":
            continue
        least, most = _size(rule, "objectSizeGreaterThan"), _size(rule, "objectSizeLessThan")
        if UNKNOWN in (least, most):
            yield undecided(resource, f"the size filter of {where}", "Write its bytes out.")
        elif least is None and most is None:
            yield from _unfiltered(resource, where, classes)
        elif int(least or 0) + 1 < SMALL:
            yield Violation(
                resource.urn,
                f"{where} moves objects under 128 KB to {', '.join(map(str, classes))}, where each"
                f" costs more than it saves: objectSizeGreaterThan is {least or 'not set'}, at"
                f" least {SMALL} is needed",
            )


def _unfiltered(resource: Resource, where: str, classes: list[Value]) -> Iterator[Violation]:
    default = resource.get("transitionDefaultMinimumObjectSize")
    if default is UNKNOWN:
        yield undecided(resource, "transitionDefaultMinimumObjectSize", "Leave it out.")
    elif default == _VARIES and UNKNOWN in classes:
        yield undecided(resource, f"the storage class of {where}", "Write it out.")
    elif default == _VARIES and not set(_ANY_SIZE).isdisjoint(classes):
        yield Violation(
            resource.urn,
            f"{where} moves objects under 128 KB to {' and '.join(map(str, classes))}:"
            f" transitionDefaultMinimumObjectSize is {_VARIES}. Leave it out",
        )


def _transitions(rule: Value) -> list[Value]:
    """The storage classes a rule moves objects to."""
    classes: list[Value] = []
    for name in ("transitions", "noncurrentVersionTransitions"):
        transitions = nested(rule, name)
        if transitions is UNKNOWN:
            classes.append(UNKNOWN)
        classes += [nested(transition, "storageClass") for transition in items(transitions)]
    return classes


def _size(rule: Value, name: str) -> Value:
    """A bound of a rule's size filter, alone or in `and`; None where it has none."""
    for path in (("filter",), ("filter", "and")):
        size = nested(rule, *path, name)
        if size not in (None, ""):
            return size
    return None


def lifecycles(graph: Graph, _: StackCaps) -> Iterator[Violation]:
    """Every bucket has a lifecycle, of its own or inline, that ends unfinished uploads."""
    for bucket in graph.of_type(*BUCKETS):
        attached = linking(graph, bucket, "bucket", *LIFECYCLES)
        lists = [stated(lifecycle, "rules") for lifecycle in attached] or [
            stated(bucket, "lifecycleRules")
        ]
        rules = [
            rule for rules in lists for rule in ([UNKNOWN] if rules is UNKNOWN else items(rules))
        ]
        days = [_abort_days(rule) for rule in rules]
        if any(isinstance(number, int) and 0 < number <= ABORT_DAYS for number in days):
            continue
        if not rules:
            yield Violation(
                bucket.urn,
                "it has no lifecycle: what is in it, and every unfinished upload, is paid for for"
                " ever",
            )
        elif UNKNOWN in days:
            yield undecided(bucket, "when its unfinished uploads end", "Write the rule out.")
        else:
            yield Violation(
                bucket.urn,
                f"no enabled rule for the whole bucket ends unfinished uploads within {ABORT_DAYS}"
                " days: they are paid for and don't show",
            )


def _abort_days(rule: Value) -> Value:
    """After how many days a rule ends every unfinished upload of its bucket."""
    enabled = nested(rule, "status") == "Enabled" or nested(rule, "enabled") is True
    days = nested(rule, "abortIncompleteMultipartUpload", "daysAfterInitiation")
    if days is None:
        days = nested(rule, "abortIncompleteMultipartUploadDays")
    narrowing = [nested(rule, name) for name in ("prefix", "tags", "filter")]
    if contains_unknown(narrowing) or UNKNOWN in (nested(rule, "status"), nested(rule, "enabled")):
        return UNKNOWN if days is not None else None
    return days if enabled and not any(map(_narrows, narrowing)) else None


def _narrows(part: Value) -> bool:
    """Whether a filter, or anything in it, says something."""
    if isinstance(part, Mapping):
        return any(map(_narrows, part.values()))
    return bool(part)


RULES: Final = (
    Rule(
        id="s3-lifecycle",
        title="Buckets have a lifecycle",
        description="Every S3 bucket has a lifecycle that ends unfinished uploads within 7 days,"
        " and none moves objects under 128 KB to a colder class.",
        details="""
            A bucket has a lifecycle, as a resource of its own or inline (`lifecycleRules`); where
            it has both, the one of its own counts. One enabled rule without prefix, tag or size has
            `abortIncompleteMultipartUpload` after at most 7 days.

            S3 itself leaves objects under 128 KB where they are, as each costs more in a colder
            class than it saves. What overrides that is refused: a size filter on a transition that
            lets smaller objects through (`objectSizeGreaterThan` below 131072, or
            `objectSizeLessThan` alone), and `transitionDefaultMinimumObjectSize:
            varies_by_storage_class` with a transition to `GLACIER` or `DEEP_ARCHIVE`. An inline
            rule has no size filter, so it can't. Directory buckets aren't judged.
        """,
        unknowns="""
            Rules, days and sizes that aren't known are a violation.
        """,
        severity="medium",
        pillar="Cost Optimization",
        tags=("cost", "s3"),
        remediation="Give the bucket an aws:s3/bucketLifecycleConfiguration:"
        "BucketLifecycleConfiguration with an enabled rule for the whole bucket and"
        " abortIncompleteMultipartUpload.daysAfterInitiation of at most 7. Leave size filters out"
        " of transitions, or set objectSizeGreaterThan to at least 131072.",
        url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
        types=LIFECYCLES,
        on_resource=small_objects,
        on_stack=lifecycles,
    ),
)
