"""A table of the hub's, in plain Python values: its own, of `app.hub.keys`, and the guard's.

Every method raises what boto3 raises (`BotoCoreError`, `ClientError`) besides what it says itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from app.hub.clients import AwsAnswer, Client
from app.hub.keys import INDEX, NO_ITEM, Key

Item: TypeAlias = dict[str, Any]
"""Attributes by name: text, bytes, int or Decimal, bool, None, lists and mappings of them."""

MOST_WRITES = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

_NAME = re.compile(r"#(\w+)")
_write, _read = TypeSerializer().serialize, TypeDeserializer().deserialize


class ConditionFailedError(Exception):
    """What a write takes for granted isn't so; nothing was written."""


class ContendedError(Exception):
    """Another transaction was at the same items; nothing was written; trying again may help."""


@dataclass(frozen=True, kw_only=True)
class When:
    """A condition, with `#name` for an attribute and `:name` for a value: `#status = :failed`."""

    expression: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])


NEW = When(expression="attribute_not_exists(#pk)")


@dataclass(frozen=True, kw_only=True)
class Put:
    """Write an item as a whole."""

    item: Item
    when: When | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """Change attributes, by an update expression written as conditions are: `ADD #clicks :one`.

    An item that isn't there is made, unless a condition says otherwise.
    """

    key: Key
    expression: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    when: When | None = None


@dataclass(frozen=True, kw_only=True)
class Delete:
    """Take an item away."""

    key: Key
    when: When | None = None


Write: TypeAlias = Put | Update | Delete


class HubTable:
    """Blocking calls through a boto3 DynamoDB client, which threads may share."""

    def __init__(self, dynamodb: Client, name: str) -> None:
        self._dynamodb = dynamodb
        self.name = name

    def get(self, key: Key) -> Item | None:
        """An item as it is now, None when there is none."""
        answer = self._dynamodb.get_item(
            TableName=self.name, Key=_written(key), ConsistentRead=True
        )
        return read_item(answer["Item"]) if "Item" in answer else None

    def answers(self) -> None:
        """Ask for an item that there is none of: half a read unit. Raises what boto3 raises."""
        self._dynamodb.get_item(TableName=self.name, Key=_written(NO_ITEM))

    def query(
        self,
        condition: When,
        *,
        index: bool = False,
        newest_first: bool = False,
        page: int | None = None,
    ) -> Iterator[Item]:
        """Items by their key, in its order, read `page` at a time as they are asked for.

        In the table as they are now; in the index as they were a moment ago.
        """
        request: dict[str, object] = {
            "TableName": self.name,
            "KeyConditionExpression": condition.expression,
            **_expressions(condition.expression, values=condition.values),
            "ScanIndexForward": not newest_first,
        }
        request |= {"IndexName": INDEX} if index else {"ConsistentRead": True}
        request |= {"Limit": page} if page else {}
        while True:
            answer = self._dynamodb.query(**request)
            yield from map(read_item, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def write(self, write: Write) -> None:
        """Raises ConditionFailedError, and ContendedError."""
        call = {Put: "put_item", Update: "update_item", Delete: "delete_item"}[type(write)]
        try:
            getattr(self._dynamodb, call)(TableName=self.name, **_request(write))
        except ClientError as error:
            raise _told(error) from error

    def write_if_so(self, write: Write) -> bool:
        """Whether its condition holds, and so it was written. Raises ContendedError."""
        try:
            self.write(write)
        except ConditionFailedError:
            return False
        return True

    def take(self, key: Key) -> Item | None:
        """Take an item away and return it; of two at once only one gets it."""
        answer = self._dynamodb.delete_item(
            TableName=self.name, Key=_written(key), ReturnValues="ALL_OLD"
        )
        return read_item(answer["Attributes"]) if "Attributes" in answer else None

    def write_all(self, writes: Sequence[Write], *, token: str | None = None) -> None:
        """All of 1 to 100 writes to different items, or none.

        Sent again with the same token (1 to 36 characters) within ten minutes, it is done once.
        Raises ConditionFailedError, and ContendedError.
        """
        items = [
            {type(write).__name__: {"TableName": self.name, **_request(write)}} for write in writes
        ]
        once = {} if token is None else {"ClientRequestToken": token}
        try:
            self._dynamodb.transact_write_items(TransactItems=items, **once)
        except ClientError as error:
            raise _told(error) from error


def read_item(item: AwsAnswer) -> Item:
    """An item in DynamoDB's form, as plain values."""
    return {name: _plain(_read(value)) for name, value in item.items()}


def _plain(value: object) -> object:
    return value.value if isinstance(value, Binary) else value


def _written(item: Mapping[str, object]) -> dict[str, object]:
    return {name: _write(value) for name, value in item.items()}


def _request(write: Write) -> dict[str, object]:
    condition = write.when
    request: dict[str, object] = {}
    if condition is not None:
        request["ConditionExpression"] = condition.expression
    values = dict(condition.values) if condition else {}
    texts = [condition.expression] if condition else []
    match write:
        case Put():
            request["Item"] = _written(write.item)
        case Update():
            request |= {"Key": _written(write.key), "UpdateExpression": write.expression}
            values |= write.values
            texts.append(write.expression)
        case Delete():
            request["Key"] = _written(write.key)
    return request | _expressions(*texts, values=values)


def _expressions(*texts: str, values: Mapping[str, object]) -> dict[str, object]:
    """What stands for the names and values of expressions; DynamoDB takes no empty ones."""
    names = {f"#{name}": name for text in texts for name in _NAME.findall(text)}
    attributes = {f":{name}": _write(value) for name, value in values.items()}
    return {
        **({"ExpressionAttributeNames": names} if names else {}),
        **({"ExpressionAttributeValues": attributes} if attributes else {}),
    }


def _told(error: ClientError) -> Exception:
    """Of a cancelled transaction, a failed condition counts before a conflict."""
    code = error.response["Error"]["Code"]
    reasons: list[Mapping[str, str]] = error.response.get("CancellationReasons", [])
    codes = {code, *(reason.get("Code", "") for reason in reasons)}
    if codes & {"ConditionalCheckFailedException", "ConditionalCheckFailed"}:
        return ConditionFailedError(str(error))
    if codes & {"TransactionConflictException", "TransactionConflict"}:
        return ContendedError(str(error))
    return error
