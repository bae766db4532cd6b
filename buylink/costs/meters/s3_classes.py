"""S3's storage classes: what each is called, and what it bills. https://aws.amazon.com/s3/pricing/"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from buylink.costs.meters.charge import UsageKey
from buylink.costs.prices.book import Meter, packaged

STANDARD: Final = "STANDARD"
TIERED: Final = "INTELLIGENT_TIERING"


@dataclass(frozen=True, slots=True)
class Use:
    """A usage key, by infracost's name, and the meter that bills it."""

    key: UsageKey
    meter: Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageClass:
    """A class as the price book calls it.

    `stored` is what may be stated of what it holds; the first of it is what a lifecycle fills.
    `smallest` and `least` are the book's rules of the size that is billed for a smaller object, and
    of the days for one that leaves earlier; `overhead_kb` is stored with each object at the class's
    own price, `index_kb` at Standard's.
    """

    name: str
    stored: tuple[Use, ...]
    written: Use
    read: Use
    others: tuple[Use, ...] = ()
    smallest: str | None = None
    least: str | None = None
    overhead_kb: int = 0
    index_kb: int = 0

    @property
    def smallest_kb(self) -> int:
        """What is billed for a smaller object."""
        return billing_rule(self.smallest) if self.smallest else 0

    @property
    def least_days(self) -> int:
        """What is billed for an object that leaves earlier."""
        return billing_rule(self.least) if self.least else 0

    @property
    def storage(self) -> Meter:
        return self.stored[0].meter

    @property
    def transition(self) -> Meter:
        """Of objects that a lifecycle rule moves into it."""
        return _transition(self.name)


def billing_rule(name: str) -> int:
    """The book is read when a bill asks for it, not when this module is loaded."""
    return packaged().rule("S3", name)


def _transition(name: str) -> Meter:
    return Meter("S3", f"S3 lifecycle transition into {name}")


def _use(path: str, name: str, words: str, unit: str, about: str) -> Use:
    """`path` is the key's with a class's own: `standard.storage_gb`."""
    return Use(UsageKey(name=path, unit=unit, about=about), Meter("S3", f"S3 {name} {words}"))


def _stored(key: str, name: str, part: str = "storage") -> Use:
    path = f"{key}.{part.removesuffix(' (opt-in)').lower().replace(' ', '_')}_gb"
    return _use(path, name, part, "GB-month", "what is stored")


def _written(key: str, name: str, words: str = "PUT/COPY/POST/LIST request") -> Use:
    about = "its PUT, COPY, POST and LIST requests"
    return _use(f"{key}.monthly_tier_1_requests", name, words, "request", about)


def _read(key: str, name: str, words: str = "GET request") -> Use:
    path = f"{key}.monthly_tier_2_requests"
    return _use(path, name, words, "request", "its GET and other requests")


def _moved(key: str, name: str) -> Use:
    path = f"{key}.monthly_lifecycle_transition_requests"
    about = "the objects that a lifecycle moves into it"
    return Use(UsageKey(name=path, unit="object", about=about), _transition(name))


def _deleted(key: str, name: str) -> Use:
    about = "what was deleted early, for the rest of its least time"
    return _use(f"{key}.early_delete_gb", name, "storage", "GB-month", about)


def _retrieved(key: str, name: str, speed: str) -> tuple[Use, Use]:
    path, about = f"{key}.monthly_{speed}_data_retrieval", f"{speed} retrieval"
    return (
        _use(f"{path}_gb", name, f"{speed} retrieval", "GB", f"the data of {about}"),
        _use(
            f"{path}_requests",
            name,
            f"{speed} restore request",
            "object",
            f"the objects of {about}",
        ),
    )


def _infrequent(key: str, name: str, smallest: str, least: str) -> StorageClass:
    """Objects that are there at once, at a price for reading."""
    path, about = f"{key}.monthly_data_retrieval_gb", "the data read from it"
    return StorageClass(
        name=name,
        stored=(_stored(key, name),),
        written=_written(key, name),
        read=_read(key, name),
        others=(_moved(key, name), _use(path, name, "retrieval", "GB", about), _deleted(key, name)),
        smallest=smallest,
        least=least,
    )


def _archive(key: str, name: str, least: str, *speeds: str) -> StorageClass:
    """Objects that have to be restored before they can be read."""
    return StorageClass(
        name=name,
        stored=(_stored(key, name),),
        written=_written(key, name, "PUT request"),
        read=_read(key, name),
        others=(
            _moved(key, name),
            *(use for speed in speeds for use in _retrieved(key, name, speed)),
            _deleted(key, name),
        ),
        least=least,
        overhead_kb=32,
        index_kb=8,
    )


_IA_SIZE: Final = "minimum billable object size, Standard-IA and One Zone-IA"
_IR_SIZE: Final = "minimum billable object size, Glacier Instant Retrieval"
_IA_DAYS: Final = "minimum storage duration Standard-IA, One Zone-IA"
_GLACIER_DAYS: Final = "minimum storage duration Glacier Instant Retrieval and Flexible Retrieval"
_DEEP_DAYS: Final = "minimum storage duration Glacier Deep Archive"

_IT: Final = ("intelligent_tiering", "Intelligent-Tiering")
_S: Final = ("standard", "Standard")

SMALLEST_MONITORED: Final = "minimum object size for Intelligent-Tiering auto-tiering"
"""The book's rule: Intelligent-Tiering neither moves nor monitors what is smaller."""
MONITORED: Final = _use(
    "intelligent_tiering.monitored_objects", _IT[1], "monitoring fee", "object", "those it watches"
)
UNREAD: Final = _stored(*_IT, "Infrequent Access storage")
LONG_UNREAD: Final = _stored(*_IT, "Archive Instant Access storage")

CLASSES: Final = {
    STANDARD: StorageClass(
        name="Standard",
        stored=(_stored(*_S),),
        written=_written(*_S),
        read=_read(*_S, "GET and other request"),
    ),
    "STANDARD_IA": _infrequent("standard_infrequent_access", "Standard-IA", _IA_SIZE, _IA_DAYS),
    "ONEZONE_IA": _infrequent("one_zone_infrequent_access", "One Zone-IA", _IA_SIZE, _IA_DAYS),
    TIERED: StorageClass(
        name=_IT[1],
        stored=(
            _stored(*_IT, "Frequent Access storage"),
            UNREAD,
            LONG_UNREAD,
            _stored(*_IT, "Archive Access storage (opt-in)"),
            _stored(*_IT, "Deep Archive Access storage (opt-in)"),
        ),
        written=_written(*_IT),
        read=_read(*_IT),
        others=(_moved(*_IT), MONITORED),
    ),
    "GLACIER_IR": _infrequent(
        "glacier_instant_retrieval", "Glacier Instant Retrieval", _IR_SIZE, _GLACIER_DAYS
    ),
    "GLACIER": _archive(
        "glacier_flexible_retrieval",
        "Glacier Flexible Retrieval",
        _GLACIER_DAYS,
        "standard",
        "expedited",
    ),
    "DEEP_ARCHIVE": _archive(
        "glacier_deep_archive", "Glacier Deep Archive", _DEEP_DAYS, "standard", "bulk"
    ),
}
ARCHIVES: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})
