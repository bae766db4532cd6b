"""What the stack cost, from Cost Explorer: $0.01 a request, so that requests are counted.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from botocore.exceptions import ClientError

from app.hub.clients import AwsAnswer, Client

COMPONENT = "Component"
WINDOW = timedelta(days=14)
"""At least so far back: two weeks make a weekly review, and a spread of daily costs."""

_NO_DATA = ("DataUnavailableException", "ValidationException")
"""A forecast needs some history of the tag.
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostForecast.html"""

MayAsk = Callable[[], bool]
"""Counts one request, unless today's are used up."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a service cost on a day, for one component; "" for what carries no such tag."""

    day: date
    service: str
    component: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """An unusual cost that AWS found: US dollars beyond the expected, and where."""

    first_day: str
    last_day: str
    impact: Decimal
    where: str


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What was asked on a day; full days in UTC, the last is the day before `asked_on`.

    `forecast` is for the rest of the month from `asked_on` on, None where AWS has none.
    `anomalies` are None before a review asked for them. `complete` is False where requests ran out.
    """

    asked_on: date
    rows: tuple[Row, ...]
    forecast: Decimal | None = None
    anomalies: tuple[Anomaly, ...] | None = None
    complete: bool = True

    def between(self, first: date, last: date) -> list[Row]:
        """The rows of some days, both included."""
        return [row for row in self.rows if first <= row.day <= last]


@dataclass
class CostExplorer:
    """Asks for one stack, by its tag `Stack`; raises what the client raises."""

    client: Client
    stack: str
    may_ask: MayAsk = field(default=lambda: True)

    def costs(self, today: date) -> Costs:
        """The days of this month and of two weeks, by service and component, and a forecast."""
        yesterday = today - timedelta(days=1)
        first = min(yesterday.replace(day=1), today - WINDOW)
        rows, complete = self._rows(first, today)
        return Costs(
            asked_on=today, rows=tuple(rows), forecast=self._forecast(today), complete=complete
        )

    def anomalies(self, today: date, monitor_arn: str) -> tuple[Anomaly, ...] | None:
        """Those of the last week, the costliest first; None where no request is left."""
        if not self.may_ask():
            return None
        answer = self.client.get_anomalies(
            MonitorArn=monitor_arn,
            DateInterval={
                "StartDate": (today - timedelta(days=7)).isoformat(),
                "EndDate": today.isoformat(),
            },
        )
        anomalies = map(_anomaly, answer["Anomalies"])
        return tuple(sorted(anomalies, key=lambda anomaly: -anomaly.impact))

    def _rows(self, first: date, end: date) -> tuple[list[Row], bool]:
        question: dict[str, object] = {
            "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
            "Granularity": "DAILY",
            "Metrics": ["UnblendedCost"],
            "Filter": self._filter(),
            "GroupBy": [
                {"Type": "DIMENSION", "Key": "SERVICE"},
                {"Type": "TAG", "Key": COMPONENT},
            ],
        }
        rows: list[Row] = []
        while self.may_ask():
            page = self.client.get_cost_and_usage(**question)
            rows += [row for day in page["ResultsByTime"] for row in _day(day)]
            if not page.get("NextPageToken"):
                return rows, True
            question["NextPageToken"] = page["NextPageToken"]
        return rows, False

    def _forecast(self, today: date) -> Decimal | None:
        end = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        if not self.may_ask():
            return None
        try:
            answer = self.client.get_cost_forecast(
                TimePeriod={"Start": today.isoformat(), "End": end.isoformat()},
                Metric="UNBLENDED_COST",
                Granularity="MONTHLY",
                Filter=self._filter(),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NO_DATA:
                raise
            logger.info("no forecast yet: %s", error)
            return None
        return Decimal(answer["Total"]["Amount"])

    def _filter(self) -> dict[str, object]:
        return {"Tags": {"Key": "Stack", "Values": [self.stack], "MatchOptions": ["EQUALS"]}}


def _anomaly(item: AwsAnswer) -> Anomaly:
    causes = {cause.get("Service", "?") for cause in item.get("RootCauses", ())}
    return Anomaly(
        first_day=item["AnomalyStartDate"][:10],
        last_day=item.get("AnomalyEndDate", "")[:10],
        impact=Decimal(str(item["Impact"]["TotalImpact"])),
        where=", ".join(sorted(causes)),
    )


def _day(result: AwsAnswer) -> list[Row]:
    return [
        Row(
            day=date.fromisoformat(result["TimePeriod"]["Start"]),
            service=group["Keys"][0],
            component=group["Keys"][1].removeprefix(f"{COMPONENT}$"),
            amount=Decimal(group["Metrics"]["UnblendedCost"]["Amount"]),
        )
        for group in result["Groups"]
        if Decimal(group["Metrics"]["UnblendedCost"]["Amount"])
    ]
