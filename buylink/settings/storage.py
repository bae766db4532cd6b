"""Settings of the buckets, and what a move of their objects to a colder class saves or costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import Field

from buylink.settings.base import Finding, SettingsModel, Value

StorageClass = Literal[
    "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"
]

KB_A_GB: Final = 1024 * 1024
OBJECTS: Final = 1_000_000
"""Sums are given for a million objects: a single one costs too little to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A storage class: USD a GB-month stored and an object moved, the smallest size and the least
    days that are billed, and what each object adds at the class's own price and at Standard's."""

    stored: Decimal
    moved: Decimal
    smallest_kb: int = 0
    overhead_kb: int = 0
    overhead_standard_kb: int = 0
    least_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IntelligentTiering:
    """Intelligent-Tiering: USD an object moved, an object and month monitored, and a GB-month
    stored until the month named, for an object that nobody reads. What is smaller never tiers."""

    moved: Decimal
    monitored: Decimal
    smallest_kb: int
    stored: tuple[tuple[int | None, Decimal], ...]


_FILE: Final = Path(__file__).with_name("storage_classes.yaml")
_CONTENT: Final[Value] = yaml.safe_load(_FILE.read_text("utf-8"))

STANDARD: Final = Decimal(_CONTENT["standard"])
"""USD a GB-month."""
TIERS: Final[Mapping[str, Tier]] = {
    name: Tier(
        stored=Decimal(tier["stored"]),
        moved=Decimal(tier["moved"]),
        smallest_kb=tier.get("smallest_kb", 0),
        overhead_kb=tier.get("overhead_kb", 0),
        overhead_standard_kb=tier.get("overhead_standard_kb", 0),
        least_days=tier.get("least_days", 0),
    )
    for name, tier in _CONTENT["tiers"].items()
}
_INTELLIGENT: Final[Value] = _CONTENT["intelligent_tiering"]
INTELLIGENT: Final = IntelligentTiering(
    moved=Decimal(_INTELLIGENT["moved"]),
    monitored=Decimal(_INTELLIGENT["monitored"]),
    smallest_kb=_INTELLIGENT["smallest_kb"],
    stored=tuple((rate["until"], Decimal(rate["price"])) for rate in _INTELLIGENT["stored"]),
)


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
        return Comparison(standard, _intelligent(size_kb, months), OBJECTS * INTELLIGENT.moved)
    tier = TIERS[storage_class]
    billed_months = max(months, Decimal(tier.least_days) / 30)
    billed = Decimal(max(size_kb, tier.smallest_kb) + tier.overhead_kb)
    colder = _stored(billed, tier.stored, billed_months)
    colder += _stored(Decimal(tier.overhead_standard_kb), STANDARD, billed_months)
    return Comparison(standard, colder, OBJECTS * tier.moved)


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
    if size_kb < INTELLIGENT.smallest_kb:
        return _stored(Decimal(size_kb), STANDARD, months)
    total, since = OBJECTS * INTELLIGENT.monitored * months, Decimal(0)
    for until, price in INTELLIGENT.stored:
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
                continue  # already reported: the days are in no order
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
