"""S3's storage classes: what each is called, and what it bills. https://aws.amazon.com/s3/pricing/"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from buylink.costs.charge import UsageKey
from buylink.costs.prices.book import Meter

STANDARD: Final = "STANDARD"
TIERED: Final = "INTELLIGENT_TIERING"
_WRITES: Final = "PUT/COPY/POST/LIST request"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClass:
    """A class as usage files (`key`) and the price book (`name`) call it, and its own words there.

    `smallest_kb` is billed for a smaller object; `overhead_kb` is stored with each object at the
    class's own price, and `index_kb` at that of Standard.
    """

    key: str
    name: str
    storage: str = "storage"
    writes: str = _WRITES
    reads: str = "GET request"
    retrieval: str | None = "retrieval"
    smallest_kb: int = 0
    overhead_kb: int = 0
    index_kb: int = 0

    def meter(self, words: str) -> Meter:
        return Meter("S3", f"S3 {self.name} {words}")

    @property
    def transition(self) -> Meter:
        """Of objects that a lifecycle rule moves into it."""
        return Meter("S3", f"S3 lifecycle transition into {self.name}")

    def usage_key(self, name: str, unit: str, about: str) -> UsageKey:
        return UsageKey(name=f"{self.key}.{name}", unit=unit, about=about)

    @property
    def stored(self) -> UsageKey:
        return self.usage_key("storage_gb", "GB-month", "what is stored")

    @property
    def written(self) -> UsageKey:
        about = "its PUT, COPY, POST and LIST requests"
        return self.usage_key("monthly_tier_1_requests", "request", about)

    @property
    def read(self) -> UsageKey:
        return self.usage_key("monthly_tier_2_requests", "request", "its GET and other requests")

    @property
    def retrieved(self) -> UsageKey:
        return self.usage_key("monthly_data_retrieval_gb", "GB", "the data read from it")


CLASSES: Final = {
    STANDARD: StorageClass(
        key="standard", name="Standard", reads="GET and other request", retrieval=None
    ),
    "STANDARD_IA": StorageClass(
        key="standard_infrequent_access", name="Standard-IA", smallest_kb=128
    ),
    "ONEZONE_IA": StorageClass(
        key="one_zone_infrequent_access", name="One Zone-IA", smallest_kb=128
    ),
    TIERED: StorageClass(
        key="intelligent_tiering",
        name="Intelligent-Tiering",
        storage="Frequent Access storage",
        retrieval=None,
    ),
    "GLACIER_IR": StorageClass(
        key="glacier_instant_retrieval", name="Glacier Instant Retrieval", smallest_kb=128
    ),
    "GLACIER": StorageClass(
        key="glacier_flexible_retrieval",
        name="Glacier Flexible Retrieval",
        writes="PUT request",
        retrieval="standard retrieval",
        overhead_kb=32,
        index_kb=8,
    ),
    "DEEP_ARCHIVE": StorageClass(
        key="glacier_deep_archive",
        name="Glacier Deep Archive",
        writes="PUT request",
        retrieval="standard retrieval",
        overhead_kb=32,
        index_kb=8,
    ),
}

MONITORED_KB: Final = 128
"""Intelligent-Tiering neither moves nor monitors what is smaller."""
MONITORING: Final = CLASSES[TIERED].meter("monitoring fee")
UNREAD: Final = CLASSES[TIERED].meter("Infrequent Access storage")
LONG_UNREAD: Final = CLASSES[TIERED].meter("Archive Instant Access storage")
