"""What a stack guarantees by its settings: cheaper options are held to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from buylink.settings import Settings
from buylink.settings.storage import BucketSettings

IsKept = Callable[[Settings, Settings], bool]
"""Whether the second settings keep a guarantee of the first."""

_FOREVER: Final = 10**9
"""Days, of objects that never expire."""


def _two_zones(before: Settings, after: Settings) -> bool:
    """Two tasks of a service are spread over zones; one gateway's zone is every zone's way out."""
    enough = all(
        after.http_services[name].min_tasks >= min(service.min_tasks, 2)
        for name, service in before.http_services.items()
    )
    fewer_gateways = (
        before.network.nat_gateways == "dual" and after.network.nat_gateways == "single"
    )
    return enough and not fewer_gateways


def _on_demand_base(before: Settings, after: Settings) -> bool:
    return all(
        after.http_services[name].on_demand_base >= service.on_demand_base
        for name, service in before.http_services.items()
    )


def _retention(before: Settings, after: Settings) -> bool:
    return (
        after.logs.retention_days >= before.logs.retention_days
        and after.tables.point_in_time_recovery >= before.tables.point_in_time_recovery
        and _days(after.storage.originals) >= _days(before.storage.originals)
        and _days(after.storage.thumbnails) >= _days(before.storage.thumbnails)
    )


def _days(bucket: BucketSettings) -> int:
    return bucket.expire_days or _FOREVER


def _any_hour(before: Settings, after: Settings) -> bool:
    """A development stack may sleep."""
    return before.stack != "prod" or all(
        entry.min_tasks > 0
        for service in after.http_services.values()
        for entry in service.schedule.values()
    )


GUARANTEES: Final[dict[str, IsKept]] = {
    "two zones": _two_zones,
    "on-demand base": _on_demand_base,
    "retention": _retention,
    "any hour": _any_hour,
}
"""In the order they are named: an outage of one zone leaves the hub working; some tasks are never
on Spot; logs, backups and uploads stay as long as they do; prod answers day and night."""


def broken(before: Settings, after: Settings) -> tuple[str, ...]:
    """The guarantees of a stack that other settings don't keep."""
    return tuple(name for name, is_kept in GUARANTEES.items() if not is_kept(before, after))
