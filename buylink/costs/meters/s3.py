"""S3 buckets. https://aws.amazon.com/s3/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Stated,
    Unpriced,
    UsageKey,
    by_usage,
)
from buylink.costs.meters.nat_gateway import OUTBOUND, TO_INTERNET
from buylink.costs.meters.s3_classes import (
    CLASSES,
    LONG_UNREAD,
    MONITORED,
    SMALLEST_MONITORED,
    STANDARD,
    TIERED,
    UNREAD,
    Use,
    billing_rule,
)
from buylink.costs.meters.s3_lifecycle import Lifecycle, Stored, lifecycle_of, stored
from buylink.costs.prices.book import Meter, Price
from buylink.costs.prices.quantity import AGE_MONTHS, STORED_SINCE, Range
from buylink.graph import Resource

OBJECTS: Final = UsageKey(
    name="monthly_objects", unit="object", about="the objects written in a month"
)
OBJECT_KB: Final = UsageKey(name="object_kb", unit="KB", about="the size of an object")
TAGS: Final = Use(
    UsageKey(name="object_tags", unit="tag", about="the tags of all its objects"),
    Meter("S3", "S3 object tag"),
)
_ALWAYS: Final = (CLASSES[STANDARD].written, CLASSES[STANDARD].read)
"""What no bucket is without."""
_REQUESTS: Final = tuple(
    use for storage_class in CLASSES.values() for use in (storage_class.written, storage_class.read)
)
_OTHERS: Final = (
    *(use for storage_class in CLASSES.values() for use in storage_class.others),
    TAGS,
)
_STORED: Final = tuple(use for storage_class in CLASSES.values() for use in storage_class.stored)


def _bucket(bucket: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    usage = context.usage(bucket)
    objects, size = usage.get(OBJECTS.name), usage.get(OBJECT_KB.name)
    explicit = [use for use in _STORED if usage.get(use.key.name)]
    written = bool(objects and size and not explicit)
    if objects and size and not explicit:
        lifecycle = lifecycle_of(bucket, context.graph)
        if isinstance(lifecycle, Unpriced):
            yield lifecycle
        else:
            yield from _written(lifecycle, objects, size, context)
    else:
        for use in explicit or CLASSES[STANDARD].stored:
            yield by_usage(bucket, context, use.meter, use.key)
    for use in (*_REQUESTS, *_OTHERS):
        counted = written and use is CLASSES[STANDARD].written
        if usage.get(use.key.name) or (use in _ALWAYS and not counted):
            yield by_usage(bucket, context, use.meter, use.key)
    if usage.get(OUTBOUND.name):
        yield by_usage(bucket, context, TO_INTERNET, OUTBOUND)


def _written(
    lifecycle: Lifecycle, objects: Stated, size: Stated, context: MeterContext
) -> Iterator[Charge | Unpriced]:
    """What is written, by where the lifecycle has put it since."""
    turns = lifecycle.stays(size.amount.typical)
    if unknown := [turn.storage_class for turn in turns if turn.storage_class not in CLASSES]:
        yield Unpriced(reason=f"no arithmetic for lifecycle moves into {', '.join(unknown)}")
        return
    cases = [
        stored(turns, number, kb, months)
        for number, kb, months in zip(objects.amount, size.amount, AGE_MONTHS, strict=True)
    ]
    why = "; ".join(dict.fromkeys(filter(None, (objects.why, STORED_SINCE, lifecycle.left_out))))
    put = context.price(CLASSES[STANDARD].written.meter)
    yield Charge(price=put, quantity=objects.amount, kind="usage", note=objects.why)
    for low, typical, high in zip(*cases, strict=True):
        name = typical.storage_class

        def charge(price: Price, part: str, case: tuple[Stored, Stored, Stored]) -> Charge:
            return Charge(price=price, quantity=_range(*case, part), kind="usage", note=why)

        case = (low, typical, high)
        yield charge(_storage_price(name, context), "gb", case)
        if name != STANDARD:
            yield charge(context.price(CLASSES[name].transition), "moved_in", case)
        if CLASSES[name].index_kb:
            yield charge(context.price(CLASSES[STANDARD].storage), "index_gb", case)
        if name == TIERED and size.amount.typical >= billing_rule(SMALLEST_MONITORED):
            yield charge(context.price(MONITORED.meter), "objects", case)


def _storage_price(name: str, context: MeterContext) -> Price:
    """Of Intelligent-Tiering it depends on what is read: high is all of it, low is nothing."""
    price = context.price(CLASSES[name].storage)
    if name != TIERED:
        return price
    unread, long_unread = context.price(UNREAD.meter), context.price(LONG_UNREAD.meter)
    return price.floating(Range(long_unread.first, unread.first, price.first))


def _range(low: Stored, typical: Stored, high: Stored, name: str) -> Range:
    figures = sorted(getattr(stored, name) for stored in (low, typical, high))
    return Range(figures[0], min(getattr(typical, name), figures[2]), figures[2])


def _select(key: str, words: str = "") -> tuple[UsageKey, ...]:
    return tuple(
        UsageKey(
            name=f"{key}.monthly_{words}select_data_{what}_gb",
            unit="GB",
            about=f"the data that S3 Select {what}",
        )
        for what in ("scanned", "returned")
    )


_UNPRICED: Final = (
    *(
        key
        for name in (
            "standard",
            "intelligent_tiering",
            "standard_infrequent_access",
            "one_zone_infrequent_access",
        )
        for key in _select(name)
    ),
    *(
        key
        for speed in ("standard", "bulk", "expedited")
        for key in _select("glacier_flexible_retrieval", f"{speed}_")
    ),
    UsageKey(
        name="intelligent_tiering.early_delete_gb",
        unit="GB-month",
        about="what was deleted early from Intelligent-Tiering",
    ),
)

METERS: Final = tuple(
    MeterSpec(
        type=kind,
        terraform="aws_s3_bucket",
        measure=_bucket,
        usage_keys=(
            OBJECTS,
            OBJECT_KB,
            *(use.key for use in (*_STORED, *_REQUESTS, *_OTHERS)),
            OUTBOUND,
        ),
        unpriced_keys=_UNPRICED,
    )
    # The second is its name in versions 5 and 6 of the provider; 7 gave it back the first one.
    for kind in ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
)
