"""Unit costs, revenue, margin, break-even and payback: plain data and its formulas.

Whether the figures come from a stack's bill or from a declared model makes no difference here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from buylink.costs.prices.quantity import Range

Basis = Literal["declared", "assumed", "given"]
"""Where a figure is from: the stack or the model, a documented assumption, the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A word, its formula in these words, and what must be known of it."""

    term: str
    formula: str
    about: str = ""


DEFINITIONS: Final = (
    Definition(
        term="cost per user",
        formula="bill / users",
        about="the whole bill, with the baseline",
    ),
    Definition(
        term="unit cost",
        formula="(caused + share) / count",
        about="of an activity: what it causes by itself, and its share of the baseline",
    ),
    Definition(
        term="revenue",
        formula="users * conversion * ARPU",
        about="ARPU is paid by those who convert, a month",
    ),
    Definition(
        term="profit",
        formula="revenue - cost",
        about="of infrastructure alone: no salaries, no tax",
    ),
    Definition(
        term="margin",
        formula="(revenue - cost) / revenue",
        about="of revenue, so below -100 % when cost is more than twice the revenue",
    ),
    Definition(
        term="break-even",
        formula="the fewest users at which revenue >= cost",
        about="cost is priced anew at each number of users",
    ),
    Definition(
        term="payback",
        formula="one-time cost / saving a month",
        about="months until an optimization has paid for its making",
    ),
    Definition(
        term="ROI",
        formula="(saving a year - one-time cost) / one-time cost",
        about="of the first year",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A figure that is taken for granted, with its unit and where it is from."""

    name: str
    value: Decimal
    unit: str
    basis: Basis
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """What one of something costs. Amounts are USD a month, `count` is a month's.

    `caused` is what happens only because of it, `share` its part of the baseline; both
    are None where a source states only the whole. Unit costs with `adds_up` make up the bill.
    """

    unit: str
    count: Range
    cost: Range
    each: Range | None
    """USD for one; None where there are none."""
    caused: Range | None = None
    share: Range | None = None
    adds_up: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """What users bring in: `arpu` is USD a month of each who pays, `conversion` their share."""

    arpu: Decimal
    conversion: Decimal

    @property
    def per_user(self) -> Decimal:
        """USD a month."""
        return self.arpu * self.conversion

    def of(self, users: Decimal) -> Decimal:
        return users * self.per_user


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A row of the table: a month of a projection, or a year of a model, by its label."""

    label: str
    users: Decimal
    revenue: Decimal | None
    cost: Range
    """USD in the period."""
    notes: tuple[str, ...] = ()

    @property
    def profit(self) -> Decimal | None:
        return None if self.revenue is None else self.revenue - self.cost.typical

    @property
    def margin(self) -> Decimal | None:
        return None if self.revenue is None else margin(self.revenue, self.cost.typical)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """The fewest users at which revenue covers cost; None, and why, where no number does."""

    users: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payback:
    """An optimization: USD once to make it, and USD a month that it saves (below 0: costs more)."""

    name: str
    one_time_cost: Decimal
    saving: Decimal
    note: str = ""

    @property
    def months(self) -> Decimal | None:
        """None where nothing is saved: it never pays."""
        return self.one_time_cost / self.saving if self.saving > 0 else None

    @property
    def first_year_roi(self) -> Decimal | None:
        """A share, 0.7 is 70 %; None where it costs nothing to make."""
        if self.one_time_cost == 0:
            return None
        return (self.saving * 12 - self.one_time_cost) / self.one_time_cost


@dataclass(frozen=True, kw_only=True)
class Economics:
    """What a bill means for the business of `name`. Amounts are in `currency` a month."""

    name: str
    currency: str
    bill: Range
    users: Decimal
    units: tuple[UnitCost, ...]
    revenue: Revenue | None
    break_even: BreakEven | None
    periods: tuple[Period, ...] = ()
    paybacks: tuple[Payback, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    definitions: tuple[Definition, ...] = DEFINITIONS
    warnings: tuple[str, ...] = ()

    @property
    def now(self) -> Period:
        """The month of the bill itself."""
        revenue = None if self.revenue is None else self.revenue.of(self.users)
        return Period(label="now", users=self.users, revenue=revenue, cost=self.bill)


def margin(revenue: Decimal, cost: Decimal) -> Decimal | None:
    """A share of revenue, -20.1 is -2,010 %; None without revenue."""
    return (revenue - cost) / revenue if revenue else None
