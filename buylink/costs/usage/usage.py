"""What is stated of a resource's usage in a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from buylink.costs.quantity import Range


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount a month, and why it is a range, or where it was said."""

    amount: Range
    why: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Amounts by usage key, in the key's unit: `monthly_data_processed_gb`, ..."""

    amounts: Mapping[str, Stated] = field(default_factory=dict[str, Stated])

    def get(self, key: str) -> Stated | None:
        return self.amounts.get(key)
