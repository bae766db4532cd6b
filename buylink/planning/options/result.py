"""The result of `buylink options`: what each change would save or cost, and the best of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from buylink.costs.estimate import Estimate
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load
from buylink.planning.change import Change
from buylink.preview.result import Verdict

Method = Literal["previewed", "calculated"]
"""`previewed`: planned, checked by the policy pack and priced. `calculated`: there is no such
setting; a sum by the price book alone."""
Degree = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A figure that belongs to an option, such as a break-even, in its unit."""

    name: str
    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A policy that refuses an option, and its words."""

    policy: str
    message: str

    def __str__(self) -> str:
        return f"{self.policy}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One change of a stack, and what it does to the typical month.

    `total` is the whole stack's bill with it; None where nothing prices it, and `unpriced` says
    why. `verdict` is the pack's (None where calculated); `refusals` are of policies that don't
    refuse the stack as declared. `breaks` names the guarantees it breaks. `estimate`
    is the bill where it was previewed.
    """

    id: str
    group: str
    title: str
    method: Method
    changes: tuple[Change, ...]
    before: Range
    total: Range | None
    risk: Degree
    effort: Degree
    why: str
    verdict: Verdict | None = None
    refusals: tuple[Refusal, ...] = ()
    breaks: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    unpriced: str = ""
    estimate: Estimate | None = None

    @property
    def saving(self) -> Decimal | None:
        """USD of a typical month; negative where it costs more, None where nothing prices it."""
        return None if self.total is None else self.before.typical - self.total.typical

    @property
    def allowed(self) -> bool:
        """Whether it may be taken: the pack refuses nothing new, and all guarantees are kept."""
        return not self.refusals and not self.breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An option that saves by itself and isn't in the best set, and why not."""

    option: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BestSet:
    """Options taken together, previewed as a whole: savings don't add up.

    `sum_of_savings` is what the single savings add up to, beside what the set really saves.
    """

    options: tuple[str, ...]
    changes: tuple[Change, ...]
    estimate: Estimate
    verdict: Verdict
    sum_of_savings: Decimal
    left_out: tuple[LeftOut, ...]

    @property
    def total(self) -> Range:
        return self.estimate.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The whole of the command; `singles` by saving, the greatest first, the unpriced last.

    `current` and `verdict` are of the stack as declared; the best set keeps the `guarantees`.
    """

    stack: str
    region: str
    load: Load
    current: Estimate
    verdict: Verdict
    singles: tuple[Option, ...]
    best: BestSet
    guarantees: tuple[str, ...]
