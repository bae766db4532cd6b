"""Where lifecycle rules have put the objects of a bucket by a certain age of it: plain arithmetic.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from buylink.costs.meters.s3_classes import CLASSES, STANDARD
from buylink.costs.quantity import DAYS_PER_MONTH

KB_PER_GB: Final = 1024 * 1024
DEFAULT_MINIMUM_KB: Final = 128
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


def stays(rules: Sequence[Mapping[str, Any]], object_kb: Decimal) -> list[Stay]:
    """Where an object of this size is, by its age; only rules for the whole bucket count."""
    moves: dict[int, str] = {}
    expires: int | None = None
    for rule in rules:
        if rule.get("status") != "Enabled" or not _concerns(rule, object_kb):
            continue
        for move in rule.get("transitions") or ():
            if object_kb >= DEFAULT_MINIMUM_KB or _sized(rule):
                moves[int(move["days"])] = str(move["storageClass"])
        days = (rule.get("expiration") or {}).get("days")
        if days is not None:
            expires = min(int(days), expires) if expires is not None else int(days)
    return list(_in_turn({0: STANDARD, **moves}, expires))


def _in_turn(starts: Mapping[int, str], expires: int | None) -> Iterator[Stay]:
    ages = sorted(starts)
    for age, following in zip(ages, [*ages[1:], None], strict=True):
        if expires is not None and age >= expires:
            return
        bounds = [it for it in (following, expires) if it is not None]
        yield Stay(starts[age], age, min(bounds) if bounds else None)


def _concerns(rule: Mapping[str, Any], object_kb: Decimal) -> bool:
    """A prefix, a tag or the object's size can leave it out."""
    given = rule.get("filter") or {}
    if set(given) - {"objectSizeGreaterThan", "objectSizeLessThan"}:
        return False
    size = object_kb * 1024
    above = size > int(given.get("objectSizeGreaterThan") or 0)
    return above and size < int(given.get("objectSizeLessThan") or 10**15)


def _sized(rule: Mapping[str, Any]) -> bool:
    return "objectSizeGreaterThan" in (rule.get("filter") or {})


def stored(
    turns: Sequence[Stay], objects_a_month: Decimal, object_kb: Decimal, age_months: Decimal
) -> list[Stored]:
    """What each class holds when a bucket is this old and was written to evenly."""
    age, a_day = age_months * DAYS_PER_MONTH, objects_a_month / DAYS_PER_MONTH
    found: list[Stored] = []
    for turn in turns:
        ends = age if turn.ends is None else min(age, Decimal(turn.ends))
        days = max(ends - turn.begins, Decimal(0))
        kind = CLASSES.get(turn.storage_class, CLASSES[STANDARD])
        billed = max(object_kb, Decimal(kind.smallest_kb)) + kind.overhead_kb
        moves = objects_a_month if turn.begins and age > turn.begins else Decimal(0)
        objects = a_day * days
        gb, index = objects * billed / KB_PER_GB, objects * kind.index_kb / KB_PER_GB
        found.append(Stored(turn.storage_class, gb, index, objects, moves))
    return found
