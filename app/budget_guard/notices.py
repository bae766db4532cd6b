"""What the guard writes to people: text for e-mail, and the same as JSON for everything else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LONGEST_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

STRUCTURED = ("email-json", "http", "https", "lambda", "sqs")
"""The protocols that get JSON. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""

_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A subject SNS takes (one ASCII line, at most 100 characters), a text, and its JSON."""

    subject: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


def send(sns: Any, topic_arn: str, notice: Notice) -> None:
    """Publish through a boto3 SNS client; raises what the client raises."""
    data = json.dumps({"subject": notice.subject, **notice.data, "text": notice.text})
    sns.publish(
        TopicArn=topic_arn,
        Subject=notice.subject,
        MessageStructure="json",
        Message=json.dumps({"default": notice.text, **dict.fromkeys(STRUCTURED, data)}),
    )


def of_unreadable(stack: str, why: str) -> Notice:
    """Says that a notification came which the guard could not read, so that a person does."""
    return Notice(
        subject=subject(stack, "a budget notification could not be read"),
        text=f"{why}\n\nThe mode of {stack} stays as it was.",
        data={"version": 1, "stack": stack, "unreadable": why},
    )


def dollars(amount: Decimal) -> str:
    """An amount for people: $1,234.50."""
    return f"${amount.quantize(_CENT, ROUND_HALF_UP):,}"


def subject(stack: str, text: str) -> str:
    """A subject as SNS takes it."""
    return f"{stack}: {text}"[:LONGEST_SUBJECT]
