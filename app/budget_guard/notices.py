"""What the guard writes to people, and its sending; plain text, as an e-mail from SNS shows it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.budget_guard.cost_report import CostReport, cents
from app.budget_guard.mode import Mode
from app.budget_guard.notification import Notification

LONGEST_SUBJECT = 100  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

_STOPS_NOTHING = """\
The guard stops nothing yet: it has noted this mode and tells you. Everything goes on running, and
goes on costing."""

_WHAT_TO_DO = """\
What to do: look in Cost Explorer, filtered by the tag Stack = {stack}, which service has grown. To
stop an ECS service by hand, note its autoscaling minimum and maximum and set both to 0: with its
desired count alone at 0 it would come back."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A subject SNS takes (one ASCII line, at most 100 characters), and a text."""

    subject: str
    text: str


def send(sns: Any, topic_arn: str, notice: Notice) -> None:
    """Publish through a boto3 SNS client; raises what the client raises."""
    sns.publish(TopicArn=topic_arn, Subject=notice.subject, Message=notice.text)


def of_mode(stack: str, notification: Notification, before: Mode | None, now: Mode) -> Notice:
    """Says what was spent or is forecast, the mode, and that it stops nothing yet."""
    # Rounded down: what is called 150 % has reached the mode that starts there.
    percent = f"{int(notification.share * 100)} %"
    what = "is forecast to spend" if notification.forecasted else "has spent"
    at = "forecast at" if notification.forecasted else "at"
    was = "" if before is None or before == now else f" (was {before.word})"
    return Notice(
        subject=_subject(stack, f"{at} {percent} of its budget, mode {now.word}"),
        text="\n\n".join(
            [
                f"{stack} {what} {_dollars(notification.amount)} of its "
                f"{_dollars(notification.limit)} in {notification.period} ({percent}). "
                f"The alert was set at {notification.threshold}.",
                f"Mode: {now.word}{was}.\n{_STOPS_NOTHING}",
                _WHAT_TO_DO.format(stack=stack),
            ]
        ),
    )


def of_unreadable(stack: str, why: str) -> Notice:
    """Says that a notification came which the guard could not read, so that a person does."""
    return Notice(
        subject=_subject(stack, "a budget notification could not be read"),
        text=f"{why}\n\nThe mode of {stack} stays as it was.",
    )


def of_costs(stack: str, report: CostReport) -> Notice:
    """A table of services, most expensive first; the total is the sum of its lines."""
    unit = report.currency
    lines = [
        f"{cents(now):>12} {cents(before):>12}  {service}" for service, now, before in report.lines
    ]
    table = [
        f"{unit:>12} {'before':>12}",
        *lines,
        f"{cents(report.total):>12} {cents(report.total_before):>12}  total",
    ]
    if not report.lines:
        table = [
            f"No cost carries the tag Stack = {stack}. Until the tag is activated as a cost "
            "allocation tag (Billing, Cost allocation tags), AWS can't tell the stack's costs."
        ]
    days = f"{report.first_day} to {report.last_day}" if report.days > 1 else f"{report.first_day}"
    return Notice(
        subject=_subject(stack, f"{report.period} costs {cents(report.total)} {unit}"),
        text="\n".join(
            [
                f"What {stack} cost on {days} (UTC), beside the {report.days} day(s) before:",
                "",
                *table,
                "",
                "AWS still completes the last day or two. Costs without the tag are not in here.",
            ]
        ),
    )


def _dollars(amount: Decimal) -> str:
    return f"${cents(amount)}"


def _subject(stack: str, text: str) -> str:
    return f"{stack}: {text}"[:LONGEST_SUBJECT]
