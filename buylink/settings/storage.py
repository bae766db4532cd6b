"""Settings of the buckets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pydantic import Field

from buylink.settings.base import Finding, SettingsModel
from buylink.settings.tiering import StorageClass, loss_message

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
        description="Where to. Colder classes store cheaper and read dearer."
    )


class BucketSettings(SettingsModel):
    """How long a bucket keeps its objects, and where."""

    typical_kb: int = Field(
        ge=1, description="Size of a typical object, KB. Moves are judged by it: small ones lose."
    )
    transitions: tuple[Transition, ...] = Field(
        default=(), description="Moves, in the order of their days. Each is billed by the object."
    )
    expire_days: int | None = Field(
        default=None, ge=1, le=36500, description="Days until objects are deleted; never without."
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
