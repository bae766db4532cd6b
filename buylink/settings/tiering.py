"""What moving objects to a colder S3 storage class saves or costs: plain arithmetic.

List prices of us-east-1, USD, of 2025-06-05 (https://aws.amazon.com/s3/pricing/), good enough to
tell a gain from a loss: the classes' ratios hold in the other regions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

StorageClass = Literal[
    "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"
]

STANDARD: Final = Decimal("0.023")
"""USD a GB-month."""
KB_A_GB: Final = 1024 * 1024
OBJECTS: Final = 1_000_000
"""Sums are told for a million objects: a single one costs too little to read."""
SMALLEST_TIERED_KB: Final = 128
"""Smaller objects are billed as 128 KB in the infrequent-access classes, and never tier in
Intelligent-Tiering. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html"""


@dataclass(frozen=True, slots=True)
class Tier:
    """One storage class: USD a GB-month, the smallest billed size, what each object adds, in KB,
    the fee to move an object, and the days that are billed at least."""

    price: Decimal
    move: Decimal
    smallest_kb: int = 0
    overhead_kb: int = 0
    overhead_standard_kb: int = 0
    least_days: int = 0


TIERS: Final[Mapping[str, Tier]] = {
    "STANDARD_IA": Tier(Decimal("0.0125"), Decimal("0.00001"), smallest_kb=128, least_days=30),
    "ONEZONE_IA": Tier(Decimal("0.01"), Decimal("0.00001"), smallest_kb=128, least_days=30),
    "GLACIER_IR": Tier(Decimal("0.004"), Decimal("0.00002"), smallest_kb=128, least_days=90),
    "GLACIER": Tier(
        Decimal("0.0036"), Decimal("0.00003"), overhead_kb=32, overhead_standard_kb=8, least_days=90
    ),
    "DEEP_ARCHIVE": Tier(
        Decimal("0.00099"),
        Decimal("0.00005"),
        overhead_kb=32,
        overhead_standard_kb=8,
        least_days=180,
    ),
}
INTELLIGENT_MOVE: Final = Decimal("0.00001")
INTELLIGENT_MONITORING: Final = Decimal("0.0000025")
"""USD an object and month, for objects of 128 KB and more."""
INTELLIGENT_RATES: Final = (
    (1, STANDARD),
    (3, Decimal("0.0125")),
    (None, Decimal("0.004")),
)
"""USD a GB-month until the month named, for an object that nobody reads."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A million objects for some months: in Standard, and moved to another class, in USD."""

    standard: Decimal
    colder: Decimal
    moving: Decimal

    @property
    def saving(self) -> Decimal:
        return self.standard - self.colder - self.moving


def compare(storage_class: str, size_kb: int, months: Decimal) -> Comparison:
    """What a million objects of `size_kb` cost over `months`, left in Standard or moved."""
    standard = _stored(Decimal(size_kb), STANDARD, months)
    if storage_class == "INTELLIGENT_TIERING":
        return Comparison(standard, _intelligent(size_kb, months), OBJECTS * INTELLIGENT_MOVE)
    tier = TIERS[storage_class]
    billed_months = max(months, Decimal(tier.least_days) / 30)
    billed = Decimal(max(size_kb, tier.smallest_kb) + tier.overhead_kb)
    colder = _stored(billed, tier.price, billed_months)
    colder += _stored(Decimal(tier.overhead_standard_kb), STANDARD, billed_months)
    return Comparison(standard, colder, OBJECTS * tier.move)


def loss_message(storage_class: str, size_kb: int, months: Decimal) -> str | None:
    """Why a move loses money, with the arithmetic; None when it saves."""
    found = compare(storage_class, size_kb, months)
    if found.saving > 0:
        return None
    return (
        f"expected a move that saves money, got {storage_class}: a million objects of "
        f"{size_kb:,} KB cost {_usd(found.standard)} in Standard over {months.normalize():f} "
        f"months, {_usd(found.colder)} in {storage_class} and {_usd(found.moving)} to move, a loss "
        f"of {_usd(-found.saving)}; leave them in Standard"
    )


def _stored(kb: Decimal, price: Decimal, months: Decimal) -> Decimal:
    return OBJECTS * kb / KB_A_GB * price * months


def _intelligent(size_kb: int, months: Decimal) -> Decimal:
    if size_kb < SMALLEST_TIERED_KB:
        return _stored(Decimal(size_kb), STANDARD, months)
    total, since = OBJECTS * INTELLIGENT_MONITORING * months, Decimal(0)
    for until, price in INTELLIGENT_RATES:
        end = months if until is None else min(months, Decimal(until))
        total += _stored(Decimal(size_kb), price, max(Decimal(0), end - since))
        since = max(since, end)
    return total


def _usd(amount: Decimal) -> str:
    return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
