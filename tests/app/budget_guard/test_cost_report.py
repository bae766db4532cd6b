"""The guard's cost reports: what they ask, what they say, where they lie."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import boto3
import pytest

from app.budget_guard.cost_memory import RequestCount
from app.budget_guard.cost_report import Period, send_report
from app.budget_guard.settings import GuardSettings
from app.hub.clients import Client
from app.hub.table import HubTable
from dev.hub.aws import CREDENTIAL, REGION
from dev.listening import Asked, Json, loopback_server
from dev.processes import REPOSITORY
from tests.app.budget_guard.aws_stack import AwsStack
from tests.goldens import assert_golden

DailyCosts = dict[int, dict[tuple[str, str], str]]
"""By days before today: what each service cost, by service and component."""


@dataclass
class CostExplorerStandIn:
    """What it knows; `asked` are the names of the operations, in order."""

    today: date
    costs: DailyCosts = field(default_factory=DailyCosts)
    forecast: str | None = "100"
    anomalies: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    pages: bool = False
    asked: list[str] = field(default_factory=list[str])
    questions: list[Json] = field(default_factory=list[Json])

    def __call__(self, asked: Asked) -> tuple[int, object]:
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

    def _usage(self, question: Json) -> dict[str, object]:
        span = question["TimePeriod"]
        first, end = date.fromisoformat(span["Start"]), date.fromisoformat(span["End"])
        if not self.pages:
            days = [first + timedelta(days=number) for number in range((end - first).days)]
            return {"ResultsByTime": [self._day(day) for day in days]}
        day = date.fromisoformat(question.get("NextPageToken", first.isoformat()))
        following = day + timedelta(days=1)
        token = {"NextPageToken": following.isoformat()} if following < end else {}
        return {"ResultsByTime": [self._day(day)], **token}

    def _day(self, day: date) -> dict[str, object]:
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


TODAY = date(2026, 11, 16)
MONITOR = "arn:aws:ce::123456789012:anomalymonitor/1"
GOLDENS = REPOSITORY / "tests/app/budget_guard/goldens"
ECS, S3, NAT = "Amazon Elastic Container Service", "Amazon S3", "EC2 - Other"


class Reporter:
    """Reports of a stack from a Cost Explorer that knows what `knows` holds."""

    def __init__(self, stack: AwsStack, explorer: Client, knows: CostExplorerStandIn) -> None:
        self.stack = stack
        self.knows = knows
        self._explorer = explorer

    def send(self, period: Period = "daily", today: date = TODAY) -> tuple[str, bool]:
        environment = {**self.stack.environment, "ANOMALY_MONITOR_ARN": MONITOR}
        settings = GuardSettings.from_environment(environment)
        report, sent = send_report(settings, self._client, period, today)
        return str(report.total), sent

    def _client(self, service: str) -> Client:
        return self._explorer if service == "ce" else self.stack.aws.client(service)

    def notice(self) -> Json:
        [notice] = self.stack.notices.take_notices()
        return {"Subject": notice["Subject"], **json.loads(notice["Message"])}

    def kept(self, key: str) -> str:
        answer = self.stack.aws.client("s3").get_object(Bucket=self.stack.bucket, Key=key)
        return answer["Body"].read().decode()


@pytest.fixture
def reporter(stack: AwsStack) -> Iterator[Reporter]:
    knows = CostExplorerStandIn(TODAY)
    with loopback_server(knows) as server:
        session = boto3.Session(CREDENTIAL, CREDENTIAL, region_name=REGION)
        yield Reporter(stack, session.client("ce", endpoint_url=server.url), knows)


def test_a_report_asks_for_the_stacks_tag_by_service_and_component(reporter: Reporter) -> None:
    reporter.send()
    stack_alone = {
        "Tags": {"Key": "Stack", "Values": [reporter.stack.name], "MatchOptions": ["EQUALS"]}
    }
    assert reporter.knows.questions == [
        {
            "TimePeriod": {"Start": "2026-11-01", "End": "2026-11-16"},
            "Granularity": "DAILY",
            "Metrics": ["UnblendedCost"],
            "Filter": stack_alone,
            "GroupBy": [
                {"Type": "DIMENSION", "Key": "SERVICE"},
                {"Type": "TAG", "Key": "Component"},
            ],
        },
        {
            "TimePeriod": {"Start": "2026-11-16", "End": "2026-12-01"},
            "Metric": "UNBLENDED_COST",
            "Granularity": "MONTHLY",
            "Filter": stack_alone,
        },
    ]
    assert "No cost carries the tag Stack" in reporter.notice()["text"]


def test_early_in_a_month_two_weeks_are_asked_for_all_the_same(reporter: Reporter) -> None:
    reporter.send(today=date(2026, 11, 3))
    assert reporter.knows.questions[0]["TimePeriod"]["Start"] == "2026-10-20"


def costs(reporter: Reporter) -> None:
    reporter.knows.costs = {
        1: {
            (ECS, "ingestion-api"): "1234.5649",
            (ECS, "ai-worker"): "0.2",
            (S3, "thumbnails"): "0.1",
            (NAT, ""): "3",
        },
        2: {(ECS, "ingestion-api"): "1.005", (NAT, ""): "2"},
        16: {(ECS, "ingestion-api"): "500"},
    }


def test_the_daily_report_is_kept_and_sent_as_text_json_and_page(reporter: Reporter) -> None:
    costs(reporter)
    reporter.stack.guard().reconcile()
    estimate = json.dumps({"total": {"low": "100", "typical": "168.40", "high": "300"}})
    reporter.stack.aws.client("s3").put_object(
        Bucket=reporter.stack.bucket, Key="estimate.json", Body=estimate
    )
    assert reporter.send() == ("1237.86", True)
    notice = reporter.notice()
    name = reporter.stack.name
    assert notice["Subject"] == f"{name}: daily costs $1,237.86"
    assert_golden(GOLDENS / "daily.txt", notice["text"].replace(name, "buylink-prod") + "\n")
    kept = json.loads(reporter.kept("reports/2026-11-16/daily.json"))
    assert (kept["total"], kept["monthToDate"], kept["forecast"]) == (
        "1237.86",
        "1240.87",
        "1340.87",
    )
    assert (kept["limit"], kept["estimate"]) == ("300", "168.40")
    page = reporter.kept("reports/2026-11-16/daily.html")
    assert_golden(GOLDENS / "daily.html", page.replace(name, "buylink-prod"))


@pytest.mark.parametrize("estimate", ["", "[]", "{}", '{"total": {"typical": "much"}}'])
def test_an_estimate_that_can_not_be_read_is_none_and_the_report_goes_out(
    estimate: str, reporter: Reporter
) -> None:
    reporter.stack.aws.client("s3").put_object(
        Bucket=reporter.stack.bucket, Key="estimate.json", Body=estimate
    )
    assert reporter.send()[1]
    assert "No estimate that can be read" in reporter.notice()["text"]


def test_the_weekly_report_has_the_trend_the_movers_and_the_anomalies(reporter: Reporter) -> None:
    week = {days: {(ECS, "ai-worker"): "1.10", (S3, "originals"): "2"} for days in range(1, 8)}
    before = {days: {(ECS, "ai-worker"): "1", (S3, "originals"): "4"} for days in range(8, 15)}
    reporter.knows.costs = week | before
    reporter.knows.anomalies = [
        {
            "AnomalyId": "1",
            "AnomalyStartDate": "2026-11-12T00:00:00Z",
            "AnomalyEndDate": "2026-11-13T00:00:00Z",
            "RootCauses": [{"Service": ECS}],
            "AnomalyScore": {"MaxScore": 0.9, "CurrentScore": 0.5},
            "Impact": {"MaxImpact": 7.0, "TotalImpact": 12.5},
        }
    ]
    assert reporter.send("weekly") == ("21.70", True)
    assert reporter.knows.questions[2] == {
        "MonitorArn": MONITOR,
        "DateInterval": {"StartDate": "2026-11-09", "EndDate": "2026-11-16"},
    }
    text = reporter.notice()["text"].replace(reporter.stack.name, "buylink-prod")
    assert_golden(GOLDENS / "weekly.txt", text + "\n")
    kept = json.loads(reporter.kept("reports/2026-11-16/weekly.json"))
    assert [mover["name"] for mover in kept["movers"]] == [S3, ECS]


def test_two_requests_a_day_and_one_more_for_a_review_whatever_is_asked(
    reporter: Reporter,
) -> None:
    for period in ("daily", "weekly", "daily", "weekly"):
        reporter.send(period)
    assert reporter.knows.asked == ["GetCostAndUsage", "GetCostForecast", "GetAnomalies"]


def test_a_report_is_sent_once_a_day_however_often_lambda_tries(reporter: Reporter) -> None:
    assert [reporter.send()[1] for _ in range(3)] == [True, False, False]
    assert len(reporter.stack.notices.take_notices()) == 1


def test_more_pages_than_requests_are_told_as_missing_costs(reporter: Reporter) -> None:
    reporter.knows.pages = True
    reporter.knows.costs = {days: {(ECS, "ai-worker"): "1"} for days in range(20)}
    reporter.send()
    assert reporter.knows.asked == ["GetCostAndUsage", "GetCostAndUsage"]
    assert "some costs are missing" in reporter.notice()["text"]


def test_a_new_tag_has_no_forecast_and_the_report_says_so(reporter: Reporter) -> None:
    reporter.knows.forecast = None
    reporter.send()
    assert "AWS has no forecast for the month." in reporter.notice()["text"]


def test_on_the_first_of_a_month_the_month_before_is_reported_without_a_forecast(
    reporter: Reporter,
) -> None:
    first = date(2026, 12, 1)
    reporter.knows.today = first
    reporter.knows.costs = {days: {(ECS, "ai-worker"): "1"} for days in range(1, 31)}
    reporter.send(today=first)
    assert "Month to date: $30.00." in reporter.notice()["text"]


def test_requests_are_counted_anew_each_day(stack: AwsStack) -> None:
    count = RequestCount(HubTable(stack.aws.client("dynamodb"), stack.table), stack.name)
    assert [count.one_more(TODAY, 2) for _ in range(3)] == [True, True, False]
    assert count.one_more(TODAY, 3)
    assert not count.one_more(TODAY - timedelta(days=1), 3)
    assert count.one_more(TODAY + timedelta(days=1), 1)
