"""What AWS Budgets knows of the stack's month: asked, and as its notifications tell it.

Budgets sends plain text, never JSON, and AWS documents no format: this reads the lines it has sent
since 2020, and refuses whatever it is not sure of. The record around it:
https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
A message doesn't tell its sender. That it is budgets.amazonaws.com, for this account, the topic's
access policy ensures; what the message says of itself is checked here besides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from app.budget_guard.state import GuardState
from app.hub.clients import Client

SETTLING_DAYS = 2
"""Days into a month in which Budgets may still tell what was spent in the last one."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """US dollars: the limit as it is now, and what was spent in the month, hours late."""

    limit: Decimal
    spent: Decimal


def read_budget(budgets: Client, account: str, name: str) -> Budget:
    """Ask, through a boto3 client; raises what the client raises. Budgets are read for nothing."""
    answer = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]
    spent = answer.get("CalculatedSpend", {}).get("ActualSpend", {})
    return Budget(
        limit=Decimal(answer["BudgetLimit"]["Amount"]), spent=Decimal(spent.get("Amount", "0"))
    )


def with_budget(state: GuardState, budget: Budget, moment: datetime) -> GuardState:
    """The state with what the budget says, at a moment of the month that the state is in.

    A figure bears no date. Early in a month one that is no lower than the last month's end is the
    last month's: counted, it would stop the stack that the new month has just restored.
    """
    state = state.with_limit(budget.limit)
    if moment.day <= SETTLING_DAYS and budget.spent >= state.spent_before > 0:
        return state
    return state.with_spending(state.period, budget.spent)


SUBJECT = "AWS Budgets: "
_FIRST_LINE = "AWS Budget Notification"
_AMOUNT = re.compile(r"\$(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", re.ASCII)
_LONGEST_QUOTED = 200


class ForeignError(Exception):
    """Not a notification of our budget; the text says what, got, why and what to do."""


class UnreadableError(Exception):
    """Our topic's, but not understood; the text says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What a budget tells: amounts in US dollars; `period` is a month in UTC, such as 2026-11.

    It is the month of sending: the text speaks only of "the current month".
    """

    message_id: str
    budget: str
    forecasted: bool
    limit: Decimal
    amount: Decimal
    threshold: str
    period: str

    @property
    def share(self) -> Decimal:
        """Amount by limit: 1.5 is 150 %."""
        return self.amount / self.limit


def read_notification(record: object, *, topic_arn: str, account: str, budget: str) -> Notification:
    """Check and read one element of an event's `Records`.

    Raises ForeignError when topic, sender, account or budget isn't ours, and UnreadableError when
    they are but the text can't be relied on.
    """
    sns = _mapping(_mapping(record).get("Sns"))
    source = _mapping(record).get("EventSource")
    _ours("EventSource", source, "aws:sns")
    _ours("TopicArn", sns.get("TopicArn"), topic_arn)
    subject, text = sns.get("Subject"), sns.get("Message")
    if not isinstance(subject, str) or not subject.startswith(SUBJECT):
        raise _foreign("Subject", subject, f"{SUBJECT}…")
    if not isinstance(text, str):
        raise _unreadable("Message", text, "a text")
    values = _values(text)
    if not text.startswith(_FIRST_LINE):
        raise _unreadable("Message", text, f"{_FIRST_LINE} …")
    _ours("AWS Account", _one(values, "aws account"), account)
    _ours("Budget Name", _one(values, "budget name"), budget)
    return _notification(sns, values)


def _notification(sns: Mapping[str, object], values: Mapping[str, list[str]]) -> Notification:
    kind = _one(values, "alert type")
    if kind.upper() not in {"ACTUAL", "FORECASTED"}:
        raise _unreadable("Alert Type", kind, "ACTUAL or FORECASTED")
    if (of := _one(values, "budget type")).upper() != "COST":
        raise _unreadable("Budget Type", of, "Cost")
    limit = _amount(values, "budgeted amount")
    if not limit:
        raise _unreadable("Budgeted Amount", limit, "more than $0")
    message_id = sns.get("MessageId")
    if not isinstance(message_id, str) or not message_id:
        raise _unreadable("MessageId", message_id, "a text")
    return Notification(
        message_id=message_id,
        budget=_one(values, "budget name"),
        forecasted=kind.upper() == "FORECASTED",
        limit=limit,
        amount=_amount(values, f"{kind.lower()} amount"),
        threshold=_one(values, "alert threshold"),
        period=_month(sns.get("Timestamp")),
    )


def _values(text: str) -> dict[str, list[str]]:
    """What follows each `Name: ` at a line's start, and the account, which has no colon."""
    values: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if not colon and line.startswith("AWS Account "):
            name, value = "AWS Account", line.removeprefix("AWS Account ")
        values.setdefault(name.strip().lower(), []).append(value.strip())
    return values


def _one(values: Mapping[str, list[str]], name: str) -> str:
    match values.get(name):
        case [value] if value:
            return value
        case lines:
            raise _unreadable(name.title(), lines, "one such line")


def _amount(values: Mapping[str, list[str]], name: str) -> Decimal:
    text = _one(values, name)
    if not _AMOUNT.fullmatch(text):
        raise _unreadable(name.title(), text, "dollars, such as $1,234.50")
    return Decimal(text.removeprefix("$").replace(",", ""))


def _month(timestamp: object) -> str:
    try:
        moment = datetime.fromisoformat(str(timestamp))
    except ValueError:
        raise _unreadable("Timestamp", timestamp, "a time in ISO 8601") from None
    if moment.tzinfo is None:
        raise _unreadable("Timestamp", timestamp, "a time with its zone")
    return moment.astimezone(UTC).strftime("%Y-%m")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _ours(name: str, got: object, expected: str) -> None:
    if got != expected:
        raise _foreign(name, got, expected)


def _foreign(name: str, got: object, expected: str) -> ForeignError:
    return ForeignError(
        f"notification's {name}: expected {expected!r}, got {_quoted(got)}: only the stack's own "
        "budget may change its mode. Find out who may publish to the topic or call the function."
    )


def _unreadable(name: str, got: object, expected: str) -> UnreadableError:
    return UnreadableError(
        f"notification's {name}: expected {expected}, got {_quoted(got)}: the mode can't be told "
        "from it. Look at the budget in the AWS console, and adapt the guard if AWS changed its "
        "text."
    )


def _quoted(value: object) -> str:
    return repr(value)[:_LONGEST_QUOTED]
