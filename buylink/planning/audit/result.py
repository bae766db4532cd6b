"""What an audit finds: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

Verdict = Literal["holds", "does not hold", "can't be checked"]

HOLDS: Verdict = "holds"
WRONG: Verdict = "does not hold"
OPEN: Verdict = "can't be checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure as stated in one line, and what one rule makes of it.

    `low` and `high` are what follows, in `unit`, which is the stated figure's; they differ where
    an operand says about, at least, or a range. They are None, and `derived` and `arithmetic`
    empty, where nothing derives it; then `reason` says why it can't be checked. `rests_on` are
    figures that it is derived from and that don't hold.
    """

    figure: str
    name: str
    line: int | None
    quote: str
    stated: str
    rule: str
    verdict: Verdict
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    derived: str = ""
    arithmetic: str = ""
    tolerance: str = ""
    reading: str = ""
    reason: str = ""
    uses: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audit:
    """All claims of a model in the order of its document's lines."""

    model: str
    title: str
    document: str
    region: str
    prices_as_of: str
    claims: tuple[Claim, ...]

    @cached_property
    def wrong(self) -> tuple[Claim, ...]:
        return self.of(WRONG)

    @cached_property
    def holding(self) -> tuple[Claim, ...]:
        return self.of(HOLDS)

    @cached_property
    def open(self) -> tuple[Claim, ...]:
        return self.of(OPEN)

    def of(self, verdict: Verdict) -> tuple[Claim, ...]:
        return tuple(it for it in self.claims if it.verdict == verdict)
