"""The guard's function, on tables, topics and queues of an AWS on loopback."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from app.budget_guard.handler import EventError, handler
from app.budget_guard.notification import read
from app.budget_guard.state import StateTable
from tests.app.aws_server import ACCOUNT, AwsServer, Queue
from tests.app.budget_messages import BUDGET, TOPIC_ARN, event, record, text

STACK = "buylink-prod"


@dataclass
class Guarded:
    """What the guard of a test works on."""

    dynamodb: Any
    table: str
    notices: Queue
    queue: Queue

    def item(self) -> dict[str, Any] | None:
        answer = self.dynamodb.get_item(TableName=self.table, Key={"stack": {"S": STACK}})
        return answer.get("Item")

    def mode(self) -> tuple[str, str, int] | None:
        """Mode, period and version as they stand in the table."""
        if (item := self.item()) is None:
            return None
        return item["mode"]["S"], item["period"]["S"], int(item["version"]["N"])


@pytest.fixture
def guarded(aws: AwsServer, function_environment: None, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    del function_environment
    topic_arn, notices = aws.topic()
    stack = Guarded(aws.client("dynamodb"), aws.state_table(), notices, aws.queue())
    monkeypatch.setenv("TOPIC_ARN", TOPIC_ARN)
    monkeypatch.setenv("BUDGET_NAME", BUDGET)
    monkeypatch.setenv("STACK_TAG", STACK)
    monkeypatch.setenv("STATE_TABLE", stack.table)
    monkeypatch.setenv("NOTICE_TOPIC_ARN", topic_arn)
    monkeypatch.setenv("QUEUE_URL", stack.queue.url)
    return stack


def notify(amount: str, message_id: str, **changes: str) -> dict[str, Any]:
    """Call the function with a notification; return what it answered about it."""
    month = changes.pop("month", "11")
    given = record(
        text(amount=amount, **changes),
        MessageId=message_id,
        Timestamp=f"2026-{month}-20T01:00:00.000Z",
    )
    [answer] = handler(event(given), None)["notifications"]
    return answer


@pytest.mark.parametrize(
    ("amount", "mode"), [("$241.00", "normal"), ("$300.00", "braked"), ("$450.00", "stopped")]
)
def test_a_notification_sets_the_mode_and_a_notice_says_that_nothing_is_stopped(
    amount: str, mode: str, guarded: Guarded
) -> None:
    assert notify(amount, "a") == {"mode": mode, "version": 1}
    assert guarded.mode() == (mode, "2026-11", 1)
    [notice] = guarded.notices.take_notices()
    assert notice["Subject"].endswith(f"of its budget, mode {mode}")
    assert f"{STACK} has spent {amount} of its $300.00 in 2026-11" in notice["Message"]
    assert f"Mode: {mode}.\nThe guard stops nothing yet" in notice["Message"]


def test_a_doubled_notification_changes_nothing_and_sends_nothing(guarded: Guarded) -> None:
    notify("$309.00", "a")
    before = guarded.item()
    assert notify("$309.00", "a") == {"mode": "braked", "version": 1}
    assert guarded.item() == before
    assert len(guarded.notices.take_notices()) == 1


def test_within_a_month_the_mode_only_rises(guarded: Guarded) -> None:
    notify("$451.00", "a")
    assert notify("$309.00", "b") == {"mode": "stopped", "version": 1}
    assert guarded.mode() == ("stopped", "2026-11", 1)


def test_a_rise_keeps_what_was_told_and_says_what_the_mode_was(guarded: Guarded) -> None:
    notify("$309.00", "a")
    assert notify("$451.00", "b") == {"mode": "stopped", "version": 2}
    notify("$309.00", "a")
    first, second = guarded.notices.take_notices()
    assert "(was " not in first["Message"]
    assert "Mode: stopped (was braked)." in second["Message"]


def test_a_new_month_sets_the_mode_anew_and_the_past_one_can_not_come_back(
    guarded: Guarded,
) -> None:
    notify("$451.00", "a", month="11")
    assert notify("$241.00", "b", month="12") == {"mode": "normal", "version": 2}
    guarded.notices.take_notices()
    assert notify("$451.00", "c", month="11") == {"mode": "normal", "version": 2}
    assert guarded.mode() == ("normal", "2026-12", 2)
    assert guarded.notices.take_notices() == []


def test_a_forecast_is_told_but_changes_no_mode(guarded: Guarded) -> None:
    assert notify("$900.00", "a", kind="FORECASTED") == {"mode": "normal", "version": 1}
    [notice] = guarded.notices.take_notices()
    assert notice["Subject"] == f"{STACK}: forecast at 300 % of its budget, mode normal"
    assert "is forecast to spend $900.00" in notice["Message"]


def test_a_notice_that_failed_is_sent_when_lambda_tries_again(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("NOTICE_TOPIC_ARN", f"arn:aws:sns:us-east-1:{ACCOUNT}:missing")
        with pytest.raises(Exception, match="NotFound"):
            notify("$309.00", "a")
    assert guarded.mode() == ("braked", "2026-11", 1)
    notify("$309.00", "a")
    assert len(guarded.notices.take_notices()) == 1


@pytest.mark.parametrize("first", [[], ["$241.00"]], ids=["no item yet", "an item"])
def test_a_writer_that_came_first_is_not_written_over(first: list[str], guarded: Guarded) -> None:
    for amount in first:
        notify(amount, "a")
    table = StateTable(_Overtaken(guarded, lambda: notify("$451.00", "b")), guarded.table, STACK)
    given = record(text(amount="$309.00"), MessageId="c")
    table.note(read(given, topic_arn=TOPIC_ARN, account=ACCOUNT, budget=BUDGET))
    assert guarded.mode() == ("stopped", "2026-11", len(first) + 1)


class _Overtaken:
    """A DynamoDB client before whose first write another run writes."""

    def __init__(self, guarded: Guarded, other_run: Any) -> None:
        self._dynamodb = guarded.dynamodb
        self._other_run = other_run

    def put_item(self, **given: Any) -> Any:
        other_run, self._other_run = self._other_run, lambda: None
        other_run()
        return self._dynamodb.put_item(**given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dynamodb, name)


@pytest.mark.parametrize(
    "given",
    [
        record(TopicArn=f"{TOPIC_ARN}-other"),
        record(Subject="ALARM: errors"),
        record(text(budget="buylink-staging")),
        record(text(account="999999999999")),
        "no record",
    ],
    ids=["topic", "subject", "budget", "account", "shape"],
)
def test_a_foreign_message_is_refused_with_an_error_and_nothing_is_written_or_sent(
    given: Any, guarded: Guarded, capsys: pytest.CaptureFixture[str]
) -> None:
    [answer] = handler(event(given), None)["notifications"]
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["message"]) == ("ERROR", answer["refused"])
    assert guarded.item() is None
    assert guarded.notices.take_notices() == []


def test_an_unreadable_message_is_refused_and_a_person_is_told(
    guarded: Guarded, capsys: pytest.CaptureFixture[str]
) -> None:
    [answer] = handler(event(record(text(amount="plenty"))), None)["notifications"]
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["level"], line["message"]) == ("ERROR", answer["refused"])
    assert guarded.item() is None
    [notice] = guarded.notices.take_notices()
    assert notice["Subject"] == f"{STACK}: a budget notification could not be read"
    assert "got 'plenty'" in notice["Message"]


def test_every_line_of_the_log_is_json_and_names_the_mode(
    guarded: Guarded, capsys: pytest.CaptureFixture[str]
) -> None:
    notify("$309.00", "a")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["message"] for line in lines] == ["notified", "notice sent"]
    assert {line["service"] for line in lines} == {"budget-guard"}
    assert (lines[0]["mode"], lines[0]["amount"], lines[0]["limit"]) == (
        "braked",
        "309.00",
        "300.00",
    )
    assert guarded.mode() is not None


def test_the_hourly_reconcile_touches_the_queue(guarded: Guarded) -> None:
    guarded.queue.send("one", "two")
    assert handler({"kind": "reconcile"}, None) == {"visible": 2, "in_flight": 0, "delayed": 0}


@pytest.mark.parametrize(
    "given", [None, [], {}, {"kind": "stop"}, {"kind": "report", "period": "hourly"}], ids=str
)
@pytest.mark.usefixtures("guarded")
def test_any_other_event_is_an_error_that_says_what_the_guard_does(given: object) -> None:
    with pytest.raises(EventError, match=r'^event: expected .*"reconcile".*, got .*: the guard '):
        handler(given, None)
