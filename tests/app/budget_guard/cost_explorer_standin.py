"""A Cost Explorer on loopback: moto has no forecasts and no anomalies, and answers on one page.

It answers by the request's target: GetCostAndUsage a day a page or all at once, GetCostForecast,
GetAnomalies.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dev.listening import Asked

DailyCosts = dict[int, dict[tuple[str, str], str]]
"""By days before today: what each service cost, by service and component."""


@dataclass
class CostExplorerStandIn:
    """What it knows; `asked` are the names of the operations, in order."""

    today: date
    costs: DailyCosts = field(default_factory=DailyCosts)
    forecast: str | None = "100"
    anomalies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    pages: bool = False
    asked: list[str] = field(default_factory=list[str])
    questions: list[Any] = field(default_factory=list[Any])

    def __call__(self, asked: Asked) -> tuple[int, Any]:
        operation = asked.target.rpartition(".")[2]
        self.asked.append(operation)
        self.questions.append(asked.body)
        match operation:
            case "GetCostAndUsage":
                return 200, self._usage(asked.body)
            case "GetCostForecast" if self.forecast is not None:
                return 200, {"Total": {"Amount": self.forecast, "Unit": "USD"}}
            case "GetCostForecast":
                return 400, {"__type": "DataUnavailableException", "message": "too little history"}
            case _:
                return 200, {"Anomalies": self.anomalies}

    def _usage(self, question: Any) -> dict[str, Any]:
        span = question["TimePeriod"]
        first, end = date.fromisoformat(span["Start"]), date.fromisoformat(span["End"])
        if not self.pages:
            days = [first + timedelta(days=number) for number in range((end - first).days)]
            return {"ResultsByTime": [self._day(day) for day in days]}
        day = date.fromisoformat(question.get("NextPageToken", first.isoformat()))
        following = day + timedelta(days=1)
        token = {"NextPageToken": following.isoformat()} if following < end else {}
        return {"ResultsByTime": [self._day(day)], **token}

    def _day(self, day: date) -> dict[str, Any]:
        costs = self.costs.get((self.today - day).days, {})
        return {
            "TimePeriod": {"Start": day.isoformat(), "End": str(day + timedelta(days=1))},
            "Total": {},
            "Groups": [
                {
                    "Keys": [service, f"Component${component}"],
                    "Metrics": {"UnblendedCost": {"Amount": cost, "Unit": "USD"}},
                }
                for (service, component), cost in costs.items()
            ],
            "Estimated": True,
        }
