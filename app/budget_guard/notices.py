"""What the guard writes to people: text for e-mail, and the same as JSON for everything else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LONGEST_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A subject SNS takes (one ASCII line, at most 100 characters), a text, and its JSON."""

    subject: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


def send(sns: Any, topic_arn: str, notice: Notice) -> None:
    """Publish through a boto3 SNS client: text for e-mail and phones, JSON for all else.

    Raises what the client raises.
    """
    data = {"subject": notice.subject, **notice.data, "text": notice.text}
    protocols = {"default": _json(data), "email": notice.text, "sms": notice.subject}
    sns.publish(
        TopicArn=topic_arn,
        Subject=notice.subject,
        MessageStructure="json",
        Message=_json(protocols),
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


def _json(value: Mapping[str, Any]) -> str:
    """As short as it gets: SNS takes 256 KB for all protocols together."""
    return json.dumps(value, ensure_ascii=False)


def subject(stack: str, text: str) -> str:
    """A subject as SNS takes it."""
    return f"{stack}: {text}"[:LONGEST_SUBJECT]
