"""A setting that is laid over a stack's file."""

from __future__ import annotations

from dataclasses import dataclass


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
