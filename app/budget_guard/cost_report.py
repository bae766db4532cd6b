"""What the stack cost, by service, from Cost Explorer: one request, $0.01, per page of answer.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Period = Literal["daily", "weekly"]

DAYS: dict[Period, int] = {"daily": 1, "weekly": 7}
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class CostReport:
    """Full days in UTC. A line: service, its cost, and its cost in as many days before; rounded to
    cents, so that the total is the sum of what is shown. Most expensive first.
    """

    period: Period
    first_day: date
    last_day: date
    currency: str
    lines: tuple[tuple[str, Decimal, Decimal], ...]

    @property
    def days(self) -> int:
        """How many days the report covers."""
        return DAYS[self.period]

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((now for _, now, _ in self.lines), Decimal(0))

    @property
    def total_before(self) -> Decimal:
        """The sum of the lines for the days before."""
        return sum((before for _, _, before in self.lines), Decimal(0))


def read(cost_explorer: Any, stack: str, period: Period, today: date) -> CostReport:
    """Ask for the days before `today`, through a boto3 client; raises what the client raises."""
    days = DAYS[period]
    first_day = today - timedelta(days=days)
    sums: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    currency = "USD"
    for day in _results(cost_explorer, stack, first_day - timedelta(days=days), today):
        is_now = date.fromisoformat(day["TimePeriod"]["Start"]) >= first_day
        for group in day["Groups"]:
            cost = group["Metrics"]["UnblendedCost"]
            currency = cost["Unit"]
            now, before = sums[group["Keys"][0]]
            amount = Decimal(cost["Amount"])
            sums[group["Keys"][0]] = (now + amount, before) if is_now else (now, before + amount)
    lines = [(service, _rounded(now), _rounded(before)) for service, (now, before) in sums.items()]
    return CostReport(
        period=period,
        first_day=first_day,
        last_day=today - timedelta(days=1),
        currency=currency,
        lines=tuple(sorted(lines, key=lambda line: (-line[1], -line[2], line[0]))),
    )


def cents(amount: Decimal) -> str:
    """An amount for people: 1,234.50."""
    return f"{_rounded(amount):,}"


def _results(cost_explorer: Any, stack: str, start: date, end: date) -> list[dict[str, Any]]:
    """The answer's `ResultsByTime`, a day each, of all pages; `end` is the first day not in it."""
    question: dict[str, Any] = {
        "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "Filter": {"Tags": {"Key": "Stack", "Values": [stack], "MatchOptions": ["EQUALS"]}},
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }
    results: list[dict[str, Any]] = []
    while True:
        page = cost_explorer.get_cost_and_usage(**question)
        results += page["ResultsByTime"]
        if not page.get("NextPageToken"):
            return results
        question["NextPageToken"] = page["NextPageToken"]


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
