"""S3 buckets. https://aws.amazon.com/s3/pricing/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, Unpriced, UsageKey
from buylink.costs.horizon import AGE_MONTHS, WHY
from buylink.costs.meters.by_usage import by_usage
from buylink.costs.meters.s3_lifecycle import STANDARD, Stored, stays, stored
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import Range
from buylink.costs.usage.usage import Stated
from buylink.graph import Resource

LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"

OBJECTS: Final = UsageKey(
    name="monthly_objects", unit="object", about="the objects written in a month"
)
OBJECT_KB: Final = UsageKey(name="object_kb", unit="KB", about="the size of an object")

_NAMES: Final = {
    STANDARD: ("standard", "S3 Standard"),
    "STANDARD_IA": ("standard_infrequent_access", "S3 Standard-IA"),
    "ONEZONE_IA": ("one_zone_infrequent_access", "S3 One Zone-IA"),
    "GLACIER_IR": ("glacier_instant_retrieval", "S3 Glacier Instant Retrieval"),
}
"""What usage files and the price book call a storage class."""


def _key(storage_class: str, name: str, unit: str, about: str) -> UsageKey:
    return UsageKey(name=f"{_NAMES[storage_class][0]}.{name}", unit=unit, about=about)


_STORAGE: Final = {it: _key(it, "storage_gb", "GB-month", "what is stored") for it in _NAMES}
_WRITES: Final = {
    it: _key(it, "monthly_tier_1_requests", "request", "its PUT, COPY, POST and LIST requests")
    for it in _NAMES
}
_READS: Final = {
    it: _key(it, "monthly_tier_2_requests", "request", "its GET and other requests")
    for it in _NAMES
}
_RETRIEVED: Final = {
    it: _key(it, "monthly_data_retrieval_gb", "GB", "the data read from it")
    for it in _NAMES
    if it != STANDARD
}


def _bucket(bucket: Resource, surroundings: Surroundings) -> Iterator[Charge | Unpriced]:
    usage = surroundings.usage(bucket)
    objects, size = usage.get(OBJECTS.name), usage.get(OBJECT_KB.name)
    explicit = [it for it in _NAMES if usage.get(_STORAGE[it].name)]
    if objects and size and not explicit:
        yield from _written(bucket, objects, size, surroundings)
    else:
        for storage_class in explicit or [STANDARD]:
            meter = Meter("S3", f"{_NAMES[storage_class][1]} storage")
            yield by_usage(bucket, surroundings, meter, _STORAGE[storage_class])
        if usage.get(_WRITES[STANDARD].name) is None:
            yield by_usage(bucket, surroundings, _put(STANDARD), _WRITES[STANDARD])
    for storage_class, (_, name) in _NAMES.items():
        for keys, meter in (
            (_WRITES, _put(storage_class)),
            (_READS, _get(storage_class)),
            (_RETRIEVED, Meter("S3", f"{name} retrieval")),
        ):
            key = keys.get(storage_class)
            if key and usage.get(key.name):
                yield by_usage(bucket, surroundings, meter, key)


def _put(storage_class: str) -> Meter:
    return Meter("S3", f"{_NAMES[storage_class][1]} PUT/COPY/POST/LIST request")


def _get(storage_class: str) -> Meter:
    other = " and other" if storage_class == STANDARD else ""
    return Meter("S3", f"{_NAMES[storage_class][1]} GET{other} request")


def _written(
    bucket: Resource, objects: Stated, size: Stated, surroundings: Surroundings
) -> Iterator[Charge | Unpriced]:
    """What is written, by where the lifecycle has put it since."""
    turns = stays(_rules(bucket, surroundings), size.amount.typical)
    if unknown := [it.storage_class for it in turns if it.storage_class not in _NAMES]:
        yield Unpriced(reason=f"no arithmetic for lifecycle moves into {', '.join(unknown)}")
        return
    cases = [
        stored(turns, number, kb, months)
        for number, kb, months in zip(
            _each(objects.amount), _each(size.amount), _each(AGE_MONTHS), strict=True
        )
    ]
    why = "; ".join(dict.fromkeys(filter(None, (objects.why, WHY))))
    put = surroundings.price(_put(STANDARD))
    yield Charge(price=put, quantity=objects.amount, kind="usage", note=objects.why)
    for low, typical, high in zip(*cases, strict=True):
        name = _NAMES[typical.storage_class][1]
        price = surroundings.price(Meter("S3", f"{name} storage"))
        quantity = _range(low, typical, high, "gb")
        yield Charge(price=price, quantity=quantity, kind="usage", note=why)
        if typical.storage_class != STANDARD:
            moves = surroundings.price(Meter("S3", f"S3 lifecycle transition into {name[3:]}"))
            moved = _range(low, typical, high, "moved_in")
            yield Charge(price=moves, quantity=moved, kind="usage", note=why)


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
            *_STORAGE.values(),
            *_WRITES.values(),
            *_READS.values(),
            *_RETRIEVED.values(),
        ),
    ),
)
