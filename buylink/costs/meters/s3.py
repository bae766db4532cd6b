"""S3 buckets. https://aws.amazon.com/s3/pricing/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, Unpriced, UsageKey
from buylink.costs.horizon import AGE_MONTHS, WHY
from buylink.costs.meters.by_usage import by_usage
from buylink.costs.meters.s3_classes import (
    CLASSES,
    LONG_UNREAD,
    MONITORED_KB,
    MONITORING,
    STANDARD,
    TIERED,
    UNREAD,
)
from buylink.costs.meters.s3_lifecycle import Stored, stays, stored
from buylink.costs.prices.book import Price
from buylink.costs.quantity import Range
from buylink.costs.usage.usage import Stated
from buylink.graph import Resource

LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"

OBJECTS: Final = UsageKey(
    name="monthly_objects", unit="object", about="the objects written in a month"
)
OBJECT_KB: Final = UsageKey(name="object_kb", unit="KB", about="the size of an object")


def _bucket(bucket: Resource, surroundings: Surroundings) -> Iterator[Charge | Unpriced]:
    usage = surroundings.usage(bucket)
    objects, size = usage.get(OBJECTS.name), usage.get(OBJECT_KB.name)
    explicit = [it for it in CLASSES.values() if usage.get(it.stored.name)]
    if objects and size and not explicit:
        yield from _written(bucket, objects, size, surroundings)
    else:
        for it in explicit or [CLASSES[STANDARD]]:
            yield by_usage(bucket, surroundings, it.meter(it.storage), it.stored)
        if usage.get(CLASSES[STANDARD].written.name) is None:
            standard = CLASSES[STANDARD]
            yield by_usage(bucket, surroundings, standard.meter(standard.writes), standard.written)
    for it in CLASSES.values():
        for key, words in (
            (it.written, it.writes),
            (it.read, it.reads),
            (it.retrieved, it.retrieval),
        ):
            if words and usage.get(key.name):
                yield by_usage(bucket, surroundings, it.meter(words), key)


def _written(
    bucket: Resource, objects: Stated, size: Stated, surroundings: Surroundings
) -> Iterator[Charge | Unpriced]:
    """What is written, by where the lifecycle has put it since."""
    turns = stays(_rules(bucket, surroundings), size.amount.typical)
    if unknown := [it.storage_class for it in turns if it.storage_class not in CLASSES]:
        yield Unpriced(reason=f"no arithmetic for lifecycle moves into {', '.join(unknown)}")
        return
    cases = [
        stored(turns, number, kb, months)
        for number, kb, months in zip(
            _each(objects.amount), _each(size.amount), _each(AGE_MONTHS), strict=True
        )
    ]
    why = "; ".join(dict.fromkeys(filter(None, (objects.why, WHY))))
    put = surroundings.price(CLASSES[STANDARD].meter(CLASSES[STANDARD].writes))
    yield Charge(price=put, quantity=objects.amount, kind="usage", note=objects.why)
    for low, typical, high in zip(*cases, strict=True):
        name = typical.storage_class

        def charge(price: Price, part: str, case: tuple[Stored, Stored, Stored]) -> Charge:
            return Charge(price=price, quantity=_range(*case, part), kind="usage", note=why)

        case = (low, typical, high)
        yield charge(_storage_price(name, surroundings), "gb", case)
        if name != STANDARD:
            yield charge(surroundings.price(CLASSES[name].transition), "moved_in", case)
        if CLASSES[name].index_kb:
            standard = surroundings.price(CLASSES[STANDARD].meter("storage"))
            yield charge(standard, "index_gb", case)
        if name == TIERED and size.amount.typical >= MONITORED_KB:
            yield charge(surroundings.price(MONITORING), "objects", case)


def _storage_price(name: str, surroundings: Surroundings) -> Price:
    """Of Intelligent-Tiering it depends on what is read: high is all of it, low is nothing."""
    price = surroundings.price(CLASSES[name].meter(CLASSES[name].storage))
    if name != TIERED:
        return price
    unread, long_unread = surroundings.price(UNREAD), surroundings.price(LONG_UNREAD)
    return price.floating(Range(long_unread.first, unread.first, price.first))


def _rules(bucket: Resource, surroundings: Surroundings) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for configuration in surroundings.graph.referring(bucket, "bucket", LIFECYCLE):
        rules = configuration.get("rules")
        if isinstance(rules, Sequence):
            found += [rule for rule in rules if isinstance(rule, dict)]
    return found


def _each(amount: Range) -> tuple[Decimal, Decimal, Decimal]:
    return amount.low, amount.typical, amount.high


def _range(low: Stored, typical: Stored, high: Stored, name: str) -> Range:
    figures = sorted(getattr(it, name) for it in (low, typical, high))
    return Range(figures[0], min(getattr(typical, name), figures[2]), figures[2])


METERED: Final = (
    Metered(
        type="aws:s3/bucket:Bucket",
        terraform="aws_s3_bucket",
        measure=_bucket,
        usage_keys=(
            OBJECTS,
            OBJECT_KB,
            *(key for it in CLASSES.values() for key in (it.stored, it.written, it.read)),
            *(it.retrieved for it in CLASSES.values() if it.retrieval),
        ),
    ),
)
