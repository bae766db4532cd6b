"""The daily and the weekly report: what a stack cost, against its budget and its estimate."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from app.budget_guard.cost_explorer import Anomaly, Costs, Row

Period = Literal["daily", "weekly"]

DAYS: dict[Period, int] = {"daily": 1, "weekly": 7}
MOVERS = 5
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Line:
    """What something cost in the days of a report, in as many before, and in the month so far."""

    name: str
    now: Decimal
    before: Decimal
    month: Decimal

    @property
    def change(self) -> Decimal:
        """More (or, below 0, less) than before."""
        return self.now - self.before


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """Full days in UTC; US dollars, rounded to cents, so that a total is the sum of its lines.

    `services` and `components` each make up the total, the most expensive first. `forecast` is for
    the whole month. What isn't known is None.
    """

    stack: str
    period: Period
    first_day: date
    last_day: date
    services: tuple[Line, ...]
    components: tuple[Line, ...]
    days: tuple[tuple[date, Decimal], ...]
    forecast: Decimal | None
    limit: Decimal | None
    estimate: Decimal | None
    anomalies: tuple[Anomaly, ...] | None
    complete: bool

    @property
    def total(self) -> Decimal:
        """Of the days of the report."""
        return sum((line.now for line in self.services), Decimal(0))

    @property
    def total_before(self) -> Decimal:
        """Of as many days before."""
        return sum((line.before for line in self.services), Decimal(0))

    @property
    def month(self) -> Decimal:
        """Of the month so far."""
        return sum((line.month for line in self.services), Decimal(0))

    @property
    def movers(self) -> list[Line]:
        """The services whose cost changed most, up to five."""
        moved = [line for line in self.services if line.change]
        return sorted(moved, key=lambda line: (-abs(line.change), line.name))[:MOVERS]

    def document(self) -> dict[str, Any]:
        """As JSON has it: amounts are text."""
        return {
            "version": 1,
            "stack": self.stack,
            "period": self.period,
            "currency": "USD",
            "firstDay": self.first_day.isoformat(),
            "lastDay": self.last_day.isoformat(),
            "total": str(self.total),
            "totalBefore": str(self.total_before),
            "monthToDate": str(self.month),
            "forecast": _text(self.forecast),
            "limit": _text(self.limit),
            "estimate": _text(self.estimate),
            "services": [_line(line) for line in self.services],
            "components": [_line(line) for line in self.components],
            "days": [{"day": day.isoformat(), "amount": str(amount)} for day, amount in self.days],
            "movers": [_line(line) for line in self.movers],
            "anomalies": None
            if self.anomalies is None
            else [
                {
                    "firstDay": anomaly.first_day,
                    "lastDay": anomaly.last_day,
                    "impact": str(anomaly.impact),
                    "where": anomaly.where,
                }
                for anomaly in self.anomalies
            ],
            "complete": self.complete,
        }


def report(
    costs: Costs,
    *,
    stack: str,
    period: Period,
    limit: Decimal | None,
    estimate: Decimal | None,
) -> CostReport:
    """Of what was asked on the day of the report."""
    last = costs.asked_on - timedelta(days=1)
    first = costs.asked_on - timedelta(days=DAYS[period])
    start = last.replace(day=1)
    month = sum((row.amount for row in costs.between(start, last)), Decimal(0))
    forecast = None
    if costs.forecast is not None and start.month == costs.asked_on.month:
        forecast = rounded(month + costs.forecast)
    shown = last - timedelta(days=13)
    by_day = _sums(costs.between(shown, last), lambda row: row.day.isoformat())
    return CostReport(
        stack=stack,
        period=period,
        first_day=first,
        last_day=last,
        services=_lines(costs, first, last, lambda row: row.service),
        components=_lines(costs, first, last, lambda row: row.component or "(untagged)"),
        days=tuple(
            (day, rounded(by_day.get(day.isoformat(), Decimal(0))))
            for day in (shown + timedelta(days=number) for number in range(14))
        ),
        forecast=forecast,
        limit=limit,
        estimate=None if estimate is None else rounded(estimate),
        anomalies=costs.anomalies,
        complete=costs.complete,
    )


def rounded(amount: Decimal) -> Decimal:
    """To cents."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _lines(costs: Costs, first: date, last: date, named: Callable[[Row], str]) -> tuple[Line, ...]:
    days = last - first + timedelta(days=1)
    now = _sums(costs.between(first, last), named)
    before = _sums(costs.between(first - days, last - days), named)
    month = _sums(costs.between(last.replace(day=1), last), named)
    lines = [
        Line(
            name=name,
            now=rounded(now.get(name, Decimal(0))),
            before=rounded(before.get(name, Decimal(0))),
            month=rounded(month.get(name, Decimal(0))),
        )
        for name in {*now, *before, *month}
    ]
    return tuple(sorted(lines, key=lambda line: (-line.now, -line.before, -line.month, line.name)))


def _sums(rows: Iterable[Row], named: Callable[[Row], str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[named(row)] += row.amount
    return sums


def _line(line: Line) -> dict[str, str]:
    return {
        "name": line.name,
        "amount": str(line.now),
        "before": str(line.before),
        "monthToDate": str(line.month),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
