"""What the guard reads from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from app.hub.environment import SettingsError, region, required

_WHYS = {
    "TOPIC_ARN": "only what comes from this topic is a budget notification",
    "BUDGET_NAME": "only this budget's notifications count",
    "STACK_TAG": "it is the value of the tag Stack that costs carry, and the key of the mode",
    "STATE_TABLE": "the mode is kept in this table",
    "NOTICE_TOPIC_ARN": "notices go to this topic",
    "QUEUE_URL": "this queue is touched every hour",
}


@dataclass(frozen=True, kw_only=True)
class GuardSettings:
    """Topics are ARNs; `stack` is the value of the tag Stack, such as buylink-prod."""

    topic_arn: str
    account: str
    budget: str
    stack: str
    state_table: str
    notice_topic_arn: str
    queue_url: str
    region: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read TOPIC_ARN, BUDGET_NAME, STACK_TAG, STATE_TABLE, NOTICE_TOPIC_ARN, QUEUE_URL and
        AWS_REGION; all are needed.

        Raises SettingsError for what is missing or can't be used.
        """
        given = required(environment, _WHYS)
        if given["NOTICE_TOPIC_ARN"] == given["TOPIC_ARN"]:
            raise SettingsError(
                f"NOTICE_TOPIC_ARN: expected another topic than TOPIC_ARN, got "
                f"{given['TOPIC_ARN']!r} for both: the guard would be told its own notices. "
                "Give the notices a topic of their own."
            )
        return cls(
            topic_arn=given["TOPIC_ARN"],
            account=_account("TOPIC_ARN", given),
            budget=given["BUDGET_NAME"],
            stack=given["STACK_TAG"],
            state_table=given["STATE_TABLE"],
            notice_topic_arn=given["NOTICE_TOPIC_ARN"],
            queue_url=given["QUEUE_URL"],
            region=region(environment),
        )


def _account(name: str, given: Mapping[str, str]) -> str:
    match given[name].split(":"):
        case ["arn", _, "sns", _, account, _] if account:
            return account
        case _:
            raise SettingsError(
                f"{name}: expected a topic's ARN, arn:aws:sns:REGION:ACCOUNT:NAME, got "
                f"{given[name]!r}: notifications are checked against its account. "
                f"Set {name} to the topic's ARN."
            )
