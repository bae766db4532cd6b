"""How far the stack is let go on, by how much of its budget is spent."""

from decimal import Decimal
from enum import IntEnum

BRAKE_AT = Decimal(1)
STOP_AT = Decimal("1.5")


class Mode(IntEnum):
    """Ordered: a higher mode holds back more."""

    NORMAL = 0
    BRAKED = 1
    STOPPED = 2

    @property
    def word(self) -> str:
        """As written in the table, the log and notices: normal, braked or stopped."""
        return self.name.lower()


def mode_at(share: Decimal) -> Mode:
    """The mode for a share of the budget: braked from 1 (100 %), stopped from 1.5 (150 %)."""
    if share >= STOP_AT:
        return Mode.STOPPED
    return Mode.BRAKED if share >= BRAKE_AT else Mode.NORMAL
