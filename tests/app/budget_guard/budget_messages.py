"""What Budgets sends, and when the tests' guards run."""

import time
from datetime import UTC, datetime, timedelta

from dev.hub.aws import ACCOUNT, REGION
from dev.listening import Json

TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:budget"
BUDGET = "buylink-prod"

# The wording of real messages of 2020, 2023, 2024 and 2026, the same in all; only AWS writes it.
TEXT = """\
AWS Budget Notification November 23, 2026
AWS Account {account}

Dear AWS Customer,

You requested that we alert you when the {kind} Cost associated with your {budget} budget is \
greater than {threshold} for the current month. The {kind} Cost associated with this budget is \
{amount}. You can find additional details below and by accessing the AWS Budgets dashboard [1].

Budget Name: {budget}
Budget Type: Cost
Budgeted Amount: {limit}
Alert Type: {kind}
Alert Threshold: > {threshold}
{kind} Amount: {amount}

[1] https://console.aws.amazon.com/costmanagement/home#/budgets
"""


def text(**changes: str) -> str:
    """A message's text; by default $309.00 of $300.00 are spent."""
    usual = {
        "account": ACCOUNT,
        "budget": BUDGET,
        "kind": "ACTUAL",
        "limit": "$300.00",
        "threshold": "$300.00",
        "amount": "$309.00",
    }
    return TEXT.format(**(usual | changes))


def record(message: str | None = None, **sns: object) -> Json:
    """One of an event's records; what is given replaces a field of its `Sns`."""
    return {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": f"{TOPIC_ARN}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55",
        "Sns": {
            "Type": "Notification",
            "MessageId": "51867a35-1089-5189-a4af-2d02fa361060",
            "TopicArn": TOPIC_ARN,
            "Subject": f"AWS Budgets: {BUDGET} has exceeded your alert threshold",
            "Message": text() if message is None else message,
            "Timestamp": "2026-11-23T01:01:38.638Z",
            "MessageAttributes": {},
            **sns,
        },
    }


def event(*records: object) -> dict[str, object]:
    """What Lambda hands to the function."""
    return {"Records": list(records)}


NOVEMBER = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
DECEMBER = datetime.fromisoformat("2026-12-01T01:00:00+00:00")
HOUR = timedelta(hours=1)


def now_within_the_month() -> datetime:
    """Now, for a guard whose command runs by the real clock: both must be in one month.

    In a month's last minute it waits for the next one.
    """
    left = timedelta(minutes=1)
    while (now := datetime.now(UTC)).month != (now + left).month:
        time.sleep(1)
    return now
