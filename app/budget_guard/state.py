"""The stack's desired mode, in one item of a DynamoDB table; it stops nothing by itself.

Item, by its key `stack`: mode (normal, braked, stopped), period (the budget's month), version (a
number that every change raises by one), spent and limit (dollars, as text, of the notification
that changed it), told (ids of the messages of that period that a notice was sent for).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from app.budget_guard.mode import Mode, mode_at
from app.budget_guard.notification import Notification

ATTEMPTS = 5


class StateError(Exception):
    """The mode could not be written; the text says what, got, why and what to do."""


@dataclass(frozen=True, kw_only=True)
class DesiredMode:
    """The item, read."""

    mode: Mode
    period: str
    version: int
    told: frozenset[str] = frozenset()


class StateTable:
    """One stack's item, through a boto3 DynamoDB client; raises what the client raises."""

    def __init__(self, dynamodb: Any, table: str, stack: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._stack = stack

    def desired(self) -> DesiredMode | None:
        """The item as it is now, None before the first notification."""
        item = self._dynamodb.get_item(
            TableName=self._table, Key=self._key(), ConsistentRead=True
        ).get("Item")
        if item is None:
            return None
        return DesiredMode(
            mode=Mode[item["mode"]["S"].upper()],
            period=item["period"]["S"],
            version=int(item["version"]["N"]),
            told=frozenset(item.get("told", {}).get("SS", ())),
        )

    def note(self, notification: Notification) -> tuple[DesiredMode | None, DesiredMode]:
        """Write what the notification calls for; return the item before and after.

        See `after` for the rule. Of two writers at once the later one decides again from what the
        first wrote. Raises StateError when that happens five times in a row.
        """
        for _ in range(ATTEMPTS):
            before = self.desired()
            wanted = after(before, notification)
            if wanted == before or self._written(wanted, before, notification):
                return before, wanted
        raise StateError(
            f"table {self._table}: expected to write the mode of {self._stack}, got another "
            f"writer's version {ATTEMPTS} times: several runs are at it at once. "
            "Lambda tries again by itself."
        )

    def tell(self, message_id: str) -> None:
        """Remember that a notice was sent for this message."""
        self._dynamodb.update_item(
            TableName=self._table,
            Key=self._key(),
            UpdateExpression="ADD told :message",
            ConditionExpression="attribute_exists(version)",
            ExpressionAttributeValues={":message": {"SS": [message_id]}},
        )

    def _written(
        self, wanted: DesiredMode, before: DesiredMode | None, notification: Notification
    ) -> bool:
        item: dict[str, Any] = {
            **self._key(),
            "mode": {"S": wanted.mode.word},
            "period": {"S": wanted.period},
            "version": {"N": str(wanted.version)},
            "spent": {"S": str(notification.amount)},
            "limit": {"S": str(notification.limit)},
        }
        if wanted.told:
            item["told"] = {"SS": sorted(wanted.told)}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(version)"}
        if before is not None:
            condition = {
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": {":before": {"N": str(before.version)}},
            }
        try:
            self._dynamodb.put_item(TableName=self._table, Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _key(self) -> dict[str, dict[str, str]]:
        return {"stack": {"S": self._stack}}


def after(before: DesiredMode | None, notification: Notification) -> DesiredMode:
    """The desired mode once the notification came; equal to `before` when it changes nothing.

    Within a month the mode only rises: notifications come late, twice and out of order. The first
    one of a new month sets it anew, and one of a past month changes nothing. A forecast calls for
    no mode: nothing was spent yet.
    """
    calls_for = mode_at(Decimal(0) if notification.forecasted else notification.share)
    if before is None or before.period < notification.period:
        version = 1 if before is None else before.version + 1
        return DesiredMode(mode=calls_for, period=notification.period, version=version)
    if before.period > notification.period or calls_for <= before.mode:
        return before
    return DesiredMode(
        mode=calls_for, period=before.period, version=before.version + 1, told=before.told
    )
