"""How old a stack is taken to be, where what it stores grows with its age."""

from __future__ import annotations

from typing import Final

from buylink.costs.quantity import Range

AGE_MONTHS: Final = Range.between(1, 12, 36)
AGES: Final = "after 1, 12 and 36 months"
WHY: Final = f"stored {AGES}"
