"""The result of `buylink growth`: a stack's bill as its load grows, and where that ends."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from buylink.costs.estimate import Estimate
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load
from buylink.planning.change import Change

SeriesName = Literal["users", "videos", "together", "months"]
CapKind = Literal["policy", "throughput", "budget"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingLine:
    """A line of the bill, and what it costs at the series' first point and here, USD a month."""

    resource: str
    component: str
    service: str
    meter: str
    first: Range
    here: Range

    @property
    def more(self) -> Decimal:
        """How much more it typically costs here."""
        return self.here.typical - self.first.typical


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A setting that the load needs otherwise than the stack has it, and why."""

    change: Change
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit that the load is past. It is marked, and never cuts the bill.

    `name` is the policy's, the table's or the budget's; `what` says what was found and what is
    allowed; `then` what to change. `asked_at` is the load at which the pack said so, where that
    is a smaller one: what it refuses there it refuses here as well.
    """

    kind: CapKind
    name: str
    what: str
    then: str
    asked_at: Load | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The bill at one load: `estimate` is the whole of it, with the adjustments planned in.

    `month` counts from 0, in a series over months. `per_user` is None without users. `growing` are
    the three lines that cost most more than at the series' first point.
    """

    load: Load
    estimate: Estimate
    month: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    caps: tuple[Cap, ...] = ()
    growing: tuple[GrowingLine, ...] = ()

    @property
    def total(self) -> Range:
        return self.estimate.total

    @property
    def per_user(self) -> Range | None:
        return self.total / self.load.users if self.load.users else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points in the order of their load. `about` says what grows, and what stays."""

    name: SeriesName
    about: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Whether a load can be served at a price, by settings that `buylink options` proposes.

    `as_declared` is the bill without any change but the adjustments. `met` is judged on the
    typical bill; `why` says why, or why not.
    """

    load: Load
    limit: Decimal
    as_declared: Range
    proposed: Range
    changes: tuple[Change, ...]
    adjustments: tuple[Adjustment, ...]
    caps: tuple[Cap, ...]
    met: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The whole of the command. `current` is the bill at the declared load, as declared."""

    stack: str
    region: str
    declared: Load
    current: Estimate
    series: tuple[Series, ...]
    goals: tuple[Goal, ...]
