"""The guard's cost reports, from a Cost Explorer that answers on loopback page by page."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.budget_guard.handler import handler
from tests.app.aws_server import AwsServer, Queue
from tests.app.budget_messages import BUDGET, TOPIC_ARN
from tests.app.loopback_server import Asked, Loopback, loopback_server

STACK = "buylink-prod"


class CostExplorer:
    """Answers a day a page: what each service cost on that day, by days before today."""

    def __init__(self, today: date, costs: dict[int, dict[str, str]]) -> None:
        self._today = today
        self._costs = costs

    def __call__(self, asked: Asked) -> tuple[int, Any]:
        span = asked.body["TimePeriod"]
        first, end = date.fromisoformat(span["Start"]), date.fromisoformat(span["End"])
        day = date.fromisoformat(asked.body.get("NextPageToken", first.isoformat()))
        following = day + timedelta(days=1)
        answer: dict[str, Any] = {
            "ResultsByTime": [self._result(day)],
            "DimensionValueAttributes": [],
        }
        if following < end:
            answer["NextPageToken"] = following.isoformat()
        return 200, answer

    def _result(self, day: date) -> dict[str, Any]:
        costs = self._costs.get((self._today - day).days, {})
        return {
            "TimePeriod": {"Start": day.isoformat(), "End": str(day + timedelta(days=1))},
            "Total": {},
            "Groups": [
                {"Keys": [name], "Metrics": {"UnblendedCost": {"Amount": cost, "Unit": "USD"}}}
                for name, cost in costs.items()
            ],
            "Estimated": True,
        }


@pytest.fixture
def today() -> date:
    """Today in UTC; around midnight the test waits for the new day."""
    while (now := datetime.now(UTC)).strftime("%H:%M") == "23:59":
        time.sleep(1)
    return now.date()


@pytest.fixture
def cost_explorer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with loopback_server(lambda _: (500, {})) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_COST_EXPLORER", server.url)
        yield server


@pytest.fixture
def notices(aws: AwsServer, function_environment: None, monkeypatch: pytest.MonkeyPatch) -> Queue:
    del function_environment
    topic_arn, queue = aws.topic()
    for name, value in {
        "TOPIC_ARN": TOPIC_ARN,
        "BUDGET_NAME": BUDGET,
        "STACK_TAG": STACK,
        "STATE_TABLE": "unused",
        "NOTICE_TOPIC_ARN": topic_arn,
        "QUEUE_URL": "unused",
    }.items():
        monkeypatch.setenv(name, value)
    return queue


def test_the_daily_report_asks_for_the_stacks_tag_by_service_for_two_full_days(
    notices: Queue, cost_explorer: Loopback, today: date
) -> None:
    cost_explorer.answer = CostExplorer(today, {})
    handler({"kind": "report", "period": "daily"}, None)
    assert cost_explorer.asked[0].body == {
        "TimePeriod": {"Start": str(today - timedelta(days=2)), "End": str(today)},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "Filter": {"Tags": {"Key": "Stack", "Values": [STACK], "MatchOptions": ["EQUALS"]}},
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }
    [notice] = notices.take_notices()
    assert "No cost carries the tag Stack = buylink-prod." in notice["Message"]


def test_the_daily_report_shows_each_service_beside_the_day_before(
    notices: Queue, cost_explorer: Loopback, today: date
) -> None:
    yesterday = {"Amazon ECS": "1234.5649", "AWS Lambda": "0.1", "Amazon SQS": "0.2"}
    before = {"Amazon ECS": "1.005", "Amazon S3": "2"}
    cost_explorer.answer = CostExplorer(today, {1: yesterday, 2: before})
    answer = handler({"kind": "report", "period": "daily"}, None)
    assert answer == {"total": "1234.86", "currency": "USD"}
    assert len(cost_explorer.asked) == 2
    [notice] = notices.take_notices()
    assert notice["Subject"] == "buylink-prod: daily costs 1,234.86 USD"
    assert notice["Message"] == (
        f"What buylink-prod cost on {today - timedelta(days=1)} (UTC), beside the 1 day(s) before:"
        "\n\n"
        "         USD       before\n"
        "    1,234.56         1.01  Amazon ECS\n"
        "        0.20         0.00  Amazon SQS\n"
        "        0.10         0.00  AWS Lambda\n"
        "        0.00         2.00  Amazon S3\n"
        "    1,234.86         3.01  total\n\n"
        "AWS still completes the last day or two. Costs without the tag are not in here."
    )


def test_the_weekly_report_sums_seven_days_and_the_seven_before(
    notices: Queue, cost_explorer: Loopback, today: date
) -> None:
    week = {days: {"Amazon ECS": "1.10"} for days in range(1, 8)}
    before = {days: {"Amazon ECS": "1"} for days in range(8, 15)}
    far = {15: {"Amazon ECS": "100"}, 0: {"Amazon ECS": "100"}}
    cost_explorer.answer = CostExplorer(today, week | before | far)
    answer = handler({"kind": "report", "period": "weekly"}, None)
    assert answer["total"] == "7.70"
    [notice] = notices.take_notices()
    assert "        7.70         7.00  total" in notice["Message"]
    assert f"{today - timedelta(days=7)} to {today - timedelta(days=1)}" in notice["Message"]
