"""Settings of the buckets, and what a move of their objects to a colder class saves or costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from pydantic import Field

from buylink.settings.base import Finding, SettingsModel

StorageClass = Literal[
    "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"
]

STANDARD: Final = Decimal("0.023")
"""USD a GB-month. This and the prices below are list prices of us-east-1, of 2025-06-05
(https://aws.amazon.com/s3/pricing/): good enough to tell a gain from a loss, as the classes' ratios
hold in the other regions."""
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
    move = compare(storage_class, size_kb, months)
    if move.saving > 0:
        return None
    return (
        f"expected a move that saves money, got {storage_class}: a million objects of "
        f"{size_kb:,} KB cost {_usd(move.standard)} in Standard over {months.normalize():f} "
        f"months, {_usd(move.colder)} in {storage_class} and {_usd(move.moving)} to move, a loss "
        f"of {_usd(-move.saving)}; leave them in Standard"
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


DAYS_A_MONTH = 30
ASSUMED_MONTHS = 12
"""How long objects that never expire are taken to stay, when a move is judged."""
INFREQUENT_ACCESS = ("STANDARD_IA", "ONEZONE_IA")
LEAST_DAYS_BEFORE_IA = 30
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"""


class Transition(SettingsModel):
    """A move of objects to a colder storage class."""

    after_days: int = Field(ge=0, le=36500, description="Days after an object was written.")
    storage_class: StorageClass = Field(
        description="Where to. Colder classes cost less to store and more to read."
    )


class BucketSettings(SettingsModel):
    """How long a bucket keeps its objects, and where."""

    typical_kb: int = Field(
        ge=1,
        description="Size of a typical object, in KB. Moving small objects saves nothing.",
    )
    transitions: tuple[Transition, ...] = Field(
        default=(), description="Moves, in the order of their days. Each is billed by the object."
    )
    expire_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Days until objects are deleted; by default never.",
    )

    def _days_rise(self) -> Iterator[Finding]:
        days = [move.after_days for move in self.transitions]
        if days != sorted(set(days)):
            yield ("transitions",), f"expected rising days, got {days}"
        if self.expire_days is not None and days and self.expire_days <= days[-1]:
            yield (
                ("expireDays",),
                f"expected more days than the last move's {days[-1]}, got {self.expire_days}",
            )

    def _infrequent_access_waits(self) -> Iterator[Finding]:
        for index, move in enumerate(self.transitions):
            early = move.after_days < LEAST_DAYS_BEFORE_IA
            if move.storage_class in INFREQUENT_ACCESS and early:
                yield (
                    ("transitions", index, "afterDays"),
                    f"expected at least {LEAST_DAYS_BEFORE_IA} days before {move.storage_class}, "
                    f"got {move.after_days}: S3 moves no sooner",
                )

    def _moves_save_money(self) -> Iterator[Finding]:
        if not self.transitions:
            return
        ends = [move.after_days for move in self.transitions[1:]]
        last = self.transitions[-1].after_days
        ends.append(self.expire_days or last + ASSUMED_MONTHS * DAYS_A_MONTH)
        for index, (move, end) in enumerate(zip(self.transitions, ends, strict=True)):
            if end <= move.after_days:
                continue  # told as an order of days that is none
            months = Decimal(end - move.after_days) / DAYS_A_MONTH
            message = loss_message(move.storage_class, self.typical_kb, round(months, 1))
            if message:
                yield ("transitions", index), message

    checks = (_days_rise, _infrequent_access_waits, _moves_save_money)


class StorageSettings(SettingsModel):
    """The buckets."""

    protect: bool = Field(
        default=False, description="Refuse to delete the buckets under `pulumi up`. Free."
    )
    thumbnails: BucketSettings = Field(
        default=BucketSettings.model_construct(typical_kb=20, expire_days=365),
        description="Small pictures that viewers get: they stay in Standard and expire.",
    )
    originals: BucketSettings = Field(
        default=BucketSettings.model_construct(
            typical_kb=5000,
            transitions=(
                Transition.model_construct(after_days=30, storage_class="STANDARD_IA"),
                Transition.model_construct(after_days=90, storage_class="GLACIER_IR"),
            ),
            expire_days=730,
        ),
        description="Creators' uploads: read once or twice, then kept.",
    )
    reports: BucketSettings = Field(
        default=BucketSettings.model_construct(typical_kb=10, expire_days=400),
        description="The guard's cost reports, and what it was billed.",
    )
