"""Settings that override a stack's file."""

from __future__ import annotations

from dataclasses import dataclass

from buylink.costs.usage.load import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A dotted key, such as `buylink:network.natGateways`, and its values as YAML text."""

    key: str
    before: str
    after: str

    @property
    def override(self) -> str:
        """As `--config` takes it."""
        return f"{self.key}={self.after}"


def load_changes(declared: Load, load: Load) -> tuple[Change, ...]:
    """A load as settings: what of it differs from the declared one."""
    figures = (
        ("users", declared.users, load.users),
        ("videosPerDay", declared.videos_per_day, load.videos_per_day),
    )
    return tuple(
        Change(key=f"buylink:load.{name}", before=str(before), after=str(after))
        for name, before, after in figures
        if before != after
    )
