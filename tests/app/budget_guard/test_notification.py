"""What the guard reads in a budget's notification, and what it refuses."""

from decimal import Decimal

import pytest

from app.budget_guard.budget import ForeignError, Notification, UnreadableError, read_notification
from app.budget_guard.mode import Mode, mode_at
from dev.hub.aws import ACCOUNT
from tests.app.budget_guard.budget_messages import BUDGET, TOPIC_ARN, record, text


def reading(message: object) -> Notification:
    return read_notification(message, topic_arn=TOPIC_ARN, account=ACCOUNT, budget=BUDGET)


def test_every_field_is_read() -> None:
    assert reading(record()) == Notification(
        message_id="51867a35-1089-5189-a4af-2d02fa361060",
        budget="buylink-prod",
        forecasted=False,
        limit=Decimal("300.00"),
        amount=Decimal("309.00"),
        threshold="> $300.00",
        period="2026-11",
    )


def test_the_share_is_exact() -> None:
    message = text(limit="$1,200.00", amount="$12,345.67")
    assert reading(record(message)).share == Decimal("12345.67") / Decimal(1200)


@pytest.mark.parametrize("kind", ["FORECASTED", "Forecasted"])
def test_a_forecast_is_told_from_what_was_spent(kind: str) -> None:
    assert reading(record(text(kind=kind))).forecasted


def test_the_month_is_that_of_the_sending_in_utc() -> None:
    assert reading(record(Timestamp="2026-12-01T00:30:00+01:00")).period == "2026-11"


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"EventSource": "aws:sns", "Sns": "text"},
        record() | {"EventSource": "aws:ses"},
        record(TopicArn=f"{TOPIC_ARN}-other"),
        record(TopicArn=TOPIC_ARN.replace(ACCOUNT, "999999999999")),
        record(Subject=None),
        record(Subject="ALARM: errors"),
        record(text(account="999999999999")),
        record(text(budget="buylink-staging")),
        record(text(budget="buylink-prod2")),
    ],
    ids=str,
)
def test_what_is_not_from_our_budget_is_foreign(message: object) -> None:
    with pytest.raises(ForeignError, match=r"^notification's .*: expected .*, got .*: only the "):
        reading(message)


def without(line: str) -> str:
    return "".join(kept for kept in text().splitlines(keepends=True) if not kept.startswith(line))


@pytest.mark.parametrize(
    "message",
    [
        record(""),
        record("Budget Name: buylink-prod"),
        record("{}"),
        record(text().replace("AWS Budget Notification", "AWS Note")),
        record(without("AWS Account")),
        record(without("Budget Name")),
        record(without("Budget Type")),
        record(without("Budgeted Amount")),
        record(without("Alert Type")),
        record(without("Alert Threshold")),
        record(without("ACTUAL Amount")),
        record(text() + "ACTUAL Amount: $1.00\n"),
        record(text() + "Budget Name: buylink-prod\n"),
        record(text(kind="PLANNED")),
        record(text().replace("Budget Type: Cost", "Budget Type: Usage")),
        record(text(limit="$0.00")),
        record(text(amount="309.00")),
        record(text(amount="-$309.00")),
        record(text(amount="$3,09.00")),
        record(text(amount="$NaN")),
        record(text(amount="$1e9")),
        record(text(amount="€309.00")),
        record(text(amount="$٣.00")),
        record(Timestamp=None),
        record(Timestamp="yesterday"),
        record(Timestamp="2026-11-23T01:01:38"),
        record(MessageId=None),
        record() | {"Sns": record()["Sns"] | {"Message": None}},
    ],
)
def test_a_text_that_can_not_be_relied_on_is_unreadable(message: dict[str, object]) -> None:
    with pytest.raises(UnreadableError, match=r"(?s)^notification's .*: expected .*, got .*: the "):
        reading(message)


@pytest.mark.parametrize(
    ("share", "mode"),
    [
        ("0", Mode.NORMAL),
        ("0.9999", Mode.NORMAL),
        ("1", Mode.BRAKED),
        ("1.4999", Mode.BRAKED),
        ("1.5", Mode.STOPPED),
        ("40", Mode.STOPPED),
    ],
)
def test_the_mode_follows_the_share(share: str, mode: Mode) -> None:
    assert mode_at(Decimal(share)) is mode
