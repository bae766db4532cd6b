"""The lifecycle rules of a bucket, and where they have put its objects by a certain age of it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from buylink.costs.meters.charge import Unpriced, get_stated
from buylink.costs.meters.s3_classes import ARCHIVES, CLASSES, STANDARD, billing_rule
from buylink.costs.prices.quantity import DAYS_PER_MONTH
from buylink.graph import Graph, Resource, Value, contains_unknown

KB_PER_GB: Final = 1024 * 1024
DEFAULT_MINIMUM: Final = "lifecycle default minimum object size for any transition"
"""Lifecycle moves nothing smaller unless a rule says so."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Objects are in a storage class from one age to another, in days; None is for ever."""

    storage_class: str
    begins: int
    ends: int | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What is in a class at some time, and what moves into it each month.

    `index_gb` is what archives keep of each object in Standard.
    """

    storage_class: str
    gb: Decimal
    index_gb: Decimal
    objects: Decimal
    moved_in: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """One that is enabled, for all objects of certain sizes."""

    moves: Mapping[int, str]
    """Storage classes by the age in days at which objects move there."""
    expires: int | None = None
    above_kb: Decimal = Decimal(0)
    below_kb: Decimal | None = None
    sized: bool = False
    """Whether it says itself how small objects may be that it moves."""

    def takes(self, object_kb: Decimal) -> bool:
        return self.above_kb < object_kb and (self.below_kb is None or object_kb < self.below_kb)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The rules of a bucket that concern it as a whole."""

    rules: tuple[Rule, ...] = ()
    small_archived: bool = False
    """Whether archives take small objects also: `varies_by_storage_class`."""
    left_out: str = ""

    def stays(self, object_kb: Decimal) -> list[Stay]:
        """Where an object of this size is, by its age."""
        moves: dict[int, str] = {}
        expires: int | None = None
        smallest_kb = billing_rule(DEFAULT_MINIMUM)
        for rule in self.rules:
            if not rule.takes(object_kb):
                continue
            moves |= {
                days: storage_class
                for days, storage_class in rule.moves.items()
                if object_kb >= smallest_kb or rule.sized or self._archives(storage_class)
            }
            if rule.expires is not None:
                expires = rule.expires if expires is None else min(rule.expires, expires)
        return list(_in_turn({0: STANDARD, **moves}, expires))

    def _archives(self, storage_class: str) -> bool:
        return self.small_archived and storage_class in ARCHIVES


def _in_turn(starts: Mapping[int, str], expires: int | None) -> Iterator[Stay]:
    ages = sorted(starts)
    for age, following in zip(ages, [*ages[1:], None], strict=True):
        if expires is not None and age >= expires:
            return
        bounds = [age for age in (following, expires) if age is not None]
        yield Stay(starts[age], age, min(bounds) if bounds else None)


def stored(
    turns: Sequence[Stay], objects_a_month: Decimal, object_kb: Decimal, age_months: Decimal
) -> list[Stored]:
    """What each class holds when a bucket is this old and was written to evenly."""
    age, a_day = age_months * DAYS_PER_MONTH, objects_a_month / DAYS_PER_MONTH
    holdings: list[Stored] = []
    for turn in turns:
        kind = CLASSES.get(turn.storage_class, CLASSES[STANDARD])
        # Who leaves earlier than a class allows pays to its least time.
        paid = turn.ends and max(turn.ends, turn.begins + kind.least_days)
        ends = age if paid is None else min(age, Decimal(paid))
        days = max(ends - turn.begins, Decimal(0))
        billed = max(object_kb, Decimal(kind.smallest_kb)) + kind.overhead_kb
        moves = objects_a_month if turn.begins and age > turn.begins else Decimal(0)
        objects = a_day * days
        gb, index = objects * billed / KB_PER_GB, objects * kind.index_kb / KB_PER_GB
        holdings.append(Stored(turn.storage_class, gb, index, objects, moves))
    return holdings


CONFIGURATIONS: Final = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
_SOME: Final = ("prefix", "tag", "tags")
_LEFT_OUT: Final = "lifecycle rules for a prefix or tags are left out"


def lifecycle_of(bucket: Resource, graph: Graph) -> Lifecycle | Unpriced:
    """Of its configurations, and of the rules that older programs write into the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    configurations = graph.referring(bucket, "bucket", *CONFIGURATIONS)
    rule_lists = [get_stated(configuration, "rules") or () for configuration in configurations]
    inline = get_stated(bucket, "lifecycleRules") or ()
    if contains_unknown([*rule_lists, inline]):
        return Unpriced(reason="its lifecycle rules are only known after deployment")
    rules = [
        *(rule for rules in rule_lists for rule in rules if rule.get("status") == "Enabled"),
        *(rule for rule in inline if rule.get("enabled") is True),
    ]
    whole = [rule for rule in rules if not _concerns_some(rule)]
    small = [
        get_stated(configuration, "transitionDefaultMinimumObjectSize")
        for configuration in configurations
    ]
    return Lifecycle(
        rules=tuple(map(_rule, whole)),
        small_archived="varies_by_storage_class" in small,
        left_out=_LEFT_OUT if any(_acts(rule) for rule in rules if _concerns_some(rule)) else "",
    )


def _rule(rule: Mapping[str, Value]) -> Rule:
    conditions = _filter(rule)
    above, below = conditions.get("objectSizeGreaterThan"), conditions.get("objectSizeLessThan")
    return Rule(
        moves={
            int(move["days"]): str(move["storageClass"]) for move in rule.get("transitions") or ()
        },
        expires=min(_expiries(rule), default=None),
        above_kb=Decimal(int(above or 0)) / 1024,
        below_kb=Decimal(int(below)) / 1024 if below else None,
        sized=above is not None,
    )


def _expiries(rule: Mapping[str, Value]) -> Iterator[int]:
    """Of `expiration`, or of `expirations`, as buckets of version 6 name it."""
    for expiration in (rule.get("expiration"), *(rule.get("expirations") or ())):
        if expiration and expiration.get("days") is not None:
            yield int(expiration["days"])


def _filter(rule: Mapping[str, Value]) -> Mapping[str, Value]:
    """A rule's filter without levels; older rules have its parts themselves."""
    nested = rule.get("filter") or {}
    old = {name: rule[name] for name in _SOME if rule.get(name)}
    return {**old, **nested, **(nested.get("and") or {})}


def _concerns_some(rule: Mapping[str, Value]) -> bool:
    """An empty prefix is every key's."""
    conditions = _filter(rule)
    return any(conditions.get(name) for name in _SOME)


def _acts(rule: Mapping[str, Value]) -> bool:
    return bool(rule.get("transitions")) or any(True for _ in _expiries(rule))
