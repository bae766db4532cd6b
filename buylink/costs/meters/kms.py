"""KMS keys. https://aws.amazon.com/kms/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_usage,
    get_stated,
    known,
)
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import AGE_MONTHS, AGES, DAYS_PER_MONTH, Range
from buylink.graph import UNKNOWN, Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the calls of a month")
_YEAR: Final = 365
_MOST_ROTATIONS: Final = 2
"""Of those that are charged. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"""

KEY: Final = Meter("KMS", "KMS customer managed key")
KEY_CALL: Final = Meter("KMS", "KMS symmetric request")


def _key(key: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    materials = _materials(key)
    price = context.price(KEY)
    note = "" if materials.is_exact else f"each of its first two rotations adds one; {AGES}"
    yield Charge(price=price, quantity=materials, kind="baseline", note=note)
    spec = known(get_stated(key, "customerMasterKeySpec"))
    if spec is None or str(spec).startswith(("SYMMETRIC", "HMAC")):
        yield by_usage(key, context, KEY_CALL, REQUESTS)
    else:
        yield Unpriced(reason=f"no price for the requests of a key of type {spec}")


def _materials(key: Resource) -> Range:
    """How many versions are paid: the key and those before it, by its age."""
    rotates = get_stated(key, "enableKeyRotation")
    if rotates not in (True, UNKNOWN):
        return Range.exactly(1)
    period = Decimal(str(known(get_stated(key, "rotationPeriodInDays")) or _YEAR))
    low, typical, high = (
        1 + min(months * DAYS_PER_MONTH // period, Decimal(_MOST_ROTATIONS))
        for months in AGE_MONTHS
    )
    return Range(low if rotates is True else Decimal(1), typical, high)


METERS: Final = tuple(
    MeterSpec(type=kind, terraform=terraform, measure=_key, usage_keys=(REQUESTS,))
    for kind, terraform in (
        ("aws:kms/key:Key", "aws_kms_key"),
        ("aws:kms/replicaKey:ReplicaKey", "aws_kms_replica_key"),
        ("aws:kms/externalKey:ExternalKey", "aws_kms_external_key"),
    )
)
