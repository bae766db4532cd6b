"""The guard's function as Lambda calls it, on an AWS on loopback, and the variables it reads."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.budget_guard.handler import EventError, UnfinishedError, handler
from app.budget_guard.memory import Memory
from app.budget_guard.mode import Mode
from app.budget_guard.settings import GuardSettings
from app.hub.environment import SettingsError
from app.hub.table import HubTable
from app.hub.times import now, stamp
from dev.hub.aws import ACCOUNT
from tests.app.budget_guard.aws_stack import AwsStack
from tests.app.budget_guard.budget_messages import BUDGET, TOPIC_ARN, event, record, text


@pytest.fixture
def guarded(
    usual: AwsStack, function_environment: None, monkeypatch: pytest.MonkeyPatch
) -> AwsStack:
    """A stack whose guard is this process; its budget knows of nothing spent yet."""
    del function_environment
    usual.set_budget("300", "0")
    for name, value in usual.environment.items():
        monkeypatch.setenv(name, value)
    return usual


def notify(stack: AwsStack, amount: str, message_id: str, **changes: str) -> dict[str, Any]:
    """Call the function with a notification; return what it answered about it."""
    # This month's: the function goes by the real clock.
    message = record(
        text(amount=amount, budget=stack.name, **changes),
        MessageId=message_id,
        Timestamp=this_month(),
    )
    [answer] = handler(event(message), None)["notifications"]
    return answer


def this_month() -> str:
    return stamp(now())


@pytest.mark.parametrize(
    ("amount", "mode"), [("$241.00", "normal"), ("$300.00", "braked"), ("$450.00", "stopped")]
)
def test_a_notification_sets_the_mode_and_a_notice_says_what_was_done(
    amount: str, mode: str, guarded: AwsStack
) -> None:
    assert notify(guarded, amount, "a")["mode"] == mode
    assert guarded.mode() == mode
    [notice] = guarded.notices.take_notices()
    assert notice["Subject"].endswith(f"of its budget, mode {mode}")
    message = json.loads(notice["Message"])
    assert f"{guarded.name} has spent {amount} of its $300.00" in message["text"]
    assert (message["mode"], message["spent"]) == (mode, amount.removeprefix("$"))
    if mode == "stopped":
        assert "NAT gateways: $65.70 a month" in message["text"]
        assert "buylink guard restore" in message["text"]
        assert set(guarded.desired().values()) == {0}


def test_a_doubled_notification_changes_nothing_and_sends_nothing(guarded: AwsStack) -> None:
    notify(guarded, "$309.00", "a")
    before, notices = guarded.item(), guarded.notices.take_notices()
    assert len(notices) == 1
    notify(guarded, "$309.00", "a")
    assert guarded.item() == before
    assert guarded.notices.take_notices() == []


def test_within_a_month_a_late_notification_lowers_nothing(guarded: AwsStack) -> None:
    notify(guarded, "$451.00", "a")
    assert notify(guarded, "$309.00", "b")["mode"] == "stopped"


def test_a_notification_of_a_past_month_changes_nothing(guarded: AwsStack) -> None:
    message = record(
        text(amount="$451.00", budget=guarded.name),
        MessageId="a",
        Timestamp="2020-01-20T01:00:00.000Z",
    )
    [answer] = handler(event(message), None)["notifications"]
    assert answer["mode"] == "normal"


def test_a_forecast_is_told_but_changes_no_mode(guarded: AwsStack) -> None:
    assert notify(guarded, "$900.00", "a", kind="FORECASTED")["mode"] == "normal"
    [notice] = guarded.notices.take_notices()
    assert notice["Subject"] == f"{guarded.name}: forecast at 300 % of its budget, mode normal"
    assert "is forecast to spend $900.00" in json.loads(notice["Message"])["text"]


def test_a_notice_that_failed_is_sent_when_lambda_tries_again(
    guarded: AwsStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("NOTICE_TOPIC_ARN", f"arn:aws:sns:us-east-1:{ACCOUNT}:missing")
        with pytest.raises(Exception, match="NotFound"):
            notify(guarded, "$309.00", "a")
    assert guarded.mode() == "braked"
    notify(guarded, "$309.00", "a")
    assert len(guarded.notices.take_notices()) == 1


def test_a_notification_that_comes_while_a_run_is_at_work_is_told_when_lambda_tries_again(
    guarded: AwsStack,
) -> None:
    other = Memory(HubTable(guarded.aws.client("dynamodb"), guarded.table), guarded.name)
    other.begin(now(), now() + timedelta(minutes=5))
    with pytest.raises(UnfinishedError, match=r"^expected to be the one run at work, got another"):
        notify(guarded, "$241.00", "a")
    assert guarded.notices.take_notices() == []
    other.end()
    notify(guarded, "$241.00", "a")
    [notice] = guarded.notices.take_notices()
    assert "has spent $241.00" in json.loads(notice["Message"])["text"]


def test_a_failed_step_is_an_error_so_that_lambda_tries_again(
    guarded: AwsStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERS", f"{guarded.name}-missing")
    with pytest.raises(UnfinishedError, match=r"^expected normal everywhere, got [0-9] failure"):
        handler({"kind": "reconcile"}, None)


@pytest.mark.parametrize(
    "message",
    [
        record(TopicArn=f"{TOPIC_ARN}-other"),
        record(Subject="ALARM: errors"),
        record(text(budget="buylink-somebody")),
        record(text(account="999999999999")),
        "no record",
    ],
    ids=["topic", "subject", "budget", "account", "shape"],
)
def test_a_foreign_message_is_refused_with_an_error_and_nothing_is_written_or_sent(
    message: object, guarded: AwsStack, capsys: pytest.CaptureFixture[str]
) -> None:
    [answer] = handler(event(message), None)["notifications"]
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["message"]) == ("ERROR", answer["refused"])
    assert guarded.item() is None
    assert guarded.notices.take_notices() == []


def test_an_unreadable_message_is_refused_and_a_person_is_told(
    guarded: AwsStack, capsys: pytest.CaptureFixture[str]
) -> None:
    message = record(text(amount="plenty", budget=guarded.name))
    [answer] = handler(event(message), None)["notifications"]
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (line["level"], line["message"]) == ("ERROR", answer["refused"])
    assert guarded.item() is None
    [notice] = guarded.notices.take_notices()
    assert notice["Subject"] == f"{guarded.name}: a budget notification could not be read"
    assert "got 'plenty'" in json.loads(notice["Message"])["text"]


def test_every_line_of_the_log_is_json(
    guarded: AwsStack, capsys: pytest.CaptureFixture[str]
) -> None:
    notify(guarded, "$309.00", "a")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    messages = [line["message"].partition(":")[0] for line in lines]
    assert messages == ["notified", "notice sent", "reconciled"]
    assert {line["service"] for line in lines} == {"budget-guard"}
    assert (lines[0]["amount"], lines[0]["limit"]) == ("309.00", "300.00")
    assert lines[2]["mode"] == "braked"


def test_the_hourly_reconcile_touches_the_queue(guarded: AwsStack) -> None:
    guarded.queue.send("one", "two")
    answer = handler({"kind": "reconcile"}, None)
    counts = {name: answer[name] for name in ("visible", "in_flight", "delayed")}
    assert counts == {"visible": 2, "in_flight": 0, "delayed": 0}


def test_the_hourly_reconcile_stops_what_no_notification_came_for(guarded: AwsStack) -> None:
    guarded.set_budget("300", "450")
    assert handler({"kind": "reconcile"}, None)["mode"] == "stopped"
    assert set(guarded.desired().values()) == {0}


@pytest.mark.parametrize(
    "event", [None, [], {}, {"kind": "stop"}, {"kind": "report", "period": "hourly"}], ids=str
)
@pytest.mark.usefixtures("guarded")
def test_any_other_event_is_an_error_that_says_what_the_guard_does(event: object) -> None:
    with pytest.raises(EventError, match=r'^event: expected .*"reconcile".*, got .*: the guard '):
        handler(event, None)


ENVIRONMENT = {
    "TOPIC_ARN": TOPIC_ARN,
    "BUDGET_NAME": BUDGET,
    "STACK_TAG": "buylink-prod",
    "STATE_TABLE": "state",
    "NOTICE_TOPIC_ARN": f"{TOPIC_ARN}-notices",
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/q",
    "TABLE_NAME": "hub",
    "CLUSTERS": "one,two",
    "REPORT_BUCKET": "reports",
    "AWS_REGION": "us-east-1",
}


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_every_variable_is_needed(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}: expected .*, got none: .*\. Set it "):
        GuardSettings.from_environment(ENVIRONMENT | {name: ""})


def test_all_missing_variables_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        GuardSettings.from_environment({"AWS_REGION": "us-east-1"})
    assert all(name in str(caught.value) for name in ENVIRONMENT if name != "AWS_REGION")


def test_what_may_be_left_out_has_a_careful_default() -> None:
    read = GuardSettings.from_environment(ENVIRONMENT)
    assert read.clusters == ("one", "two")
    assert (read.schedules, read.never_stop, read.workers) == ((), frozenset(), frozenset())
    assert (read.braked_worker_tasks, read.on_projection) == (1, Mode.NORMAL)


def test_names_and_counts_are_lists_joined_by_commas() -> None:
    more = {"NEVER_STOP": "a,b", "STANDING": "nat-gateway=2,kms-key=1", "ON_PROJECTION": "stop"}
    read = GuardSettings.from_environment(ENVIRONMENT | more)
    assert read.never_stop == {"a", "b"}
    assert read.fixed_costs == {"nat-gateway": 2, "kms-key": 1}
    assert read.on_projection is Mode.STOPPED


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"TOPIC_ARN": "budget-topic"}, "^TOPIC_ARN: expected a topic's ARN"),
        ({"NOTICE_TOPIC_ARN": TOPIC_ARN}, "^NOTICE_TOPIC_ARN: expected another topic"),
        ({"ON_PROJECTION": "panic"}, "^ON_PROJECTION: expected warn, brake or stop, got 'panic'"),
        ({"STANDING": "nat-gateway"}, "^STANDING: expected thing=number,…, got 'nat-gateway'"),
        ({"BRAKED_WORKER_TASKS": "-1"}, "^BRAKED_WORKER_TASKS: expected a whole number"),
    ],
)
def test_what_can_not_work_is_refused(changed: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        GuardSettings.from_environment(ENVIRONMENT | changed)
