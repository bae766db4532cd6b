"""The guard's memory besides the mode: two more items in its table.

`<stack>#held`: records (JSON: what it holds, and how that was before), revision, notes (JSON: what
it was told and what it still has to do). `<stack>#run`: who is at work, until when.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from app.budget_guard.records import Record

_NO_CONDITION = "ConditionalCheckFailedException"


class BusyError(Exception):
    """Another run is at work; the text says what, got, why and what to do."""


class LostError(Exception):
    """The records were written by another run meanwhile; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What the last notice said, and what has to be known from run to run.

    `mode` and `failures` were told last; `warned` is the month and limit that a projection was told
    for. `requeue`: the stack was stopped, and its unfinished videos were not queued again yet.
    `rates` are dollars an hour that tasks cost, by the hour (2026-11-25T19), the newest last.
    """

    mode: str = "normal"
    failures: tuple[str, ...] = ()
    requeue: bool = False
    warned: str = ""
    rates: tuple[tuple[str, str], ...] = ()


class Memory:
    """One stack's, through a boto3 DynamoDB client; raises what the client raises."""

    def __init__(self, dynamodb: Any, table: str, stack: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._held = {"stack": {"S": f"{stack}#held"}}
        self._run = {"stack": {"S": f"{stack}#run"}}
        self._id = uuid4().hex
        self._revision = 0
        self.notes = Notes()
        """As they were read by `load`, or written since."""

    def load(self) -> dict[str, Record]:
        """The records, by kind and name; reads the notes too."""
        item = self._dynamodb.get_item(
            TableName=self._table, Key=self._held, ConsistentRead=True
        ).get("Item")
        if item is None:
            return {}
        self._revision = int(item["revision"]["N"])
        notes = json.loads(item["notes"]["S"])
        self.notes = Notes(
            mode=notes["mode"],
            failures=tuple(notes["failures"]),
            requeue=notes["requeue"],
            warned=notes["warned"],
            rates=tuple((hour, rate) for hour, rate in notes["rates"]),
        )
        return {
            thing: Record(**record) for thing, record in json.loads(item["records"]["S"]).items()
        }

    def save(self, records: Mapping[str, Record]) -> None:
        """Write the records anew. Raises LostError when another run wrote since they were read."""
        self._put({thing: asdict(record) for thing, record in records.items()})

    def note(self, **changes: Any) -> None:
        """Write changed notes, if they differ; what `load` read stays."""
        notes = replace(self.notes, **changes)
        if notes != self.notes:
            self.notes = notes
            self._put(None)

    def _put(self, records: Any) -> None:
        sets = {"notes": {"S": json.dumps(asdict(self.notes))}}
        if records is not None or not self._revision:
            sets["records"] = {"S": json.dumps(records or {}, sort_keys=True)}
        values = {f":{name}": value for name, value in sets.items()}
        written = ", ".join(f"{name} = :{name}" for name in sets)
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=self._held,
                UpdateExpression=f"SET revision = :next, {written}",
                ConditionExpression="attribute_not_exists(revision) OR revision = :was",
                ExpressionAttributeValues={
                    ":next": {"N": str(self._revision + 1)},
                    ":was": {"N": str(self._revision)},
                    **values,
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_CONDITION:
                raise
            raise LostError(
                f"{self._held['stack']['S']}: expected revision {self._revision}, got another: a "
                "second run was at work. Nothing is lost; reconcile again."
            ) from error
        self._revision += 1

    def begin(self, now: datetime, ends: datetime) -> None:
        """Be the one run that is at work, until then. Raises BusyError while another is."""
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=self._run,
                UpdateExpression="SET run = :run, ends = :ends",
                ConditionExpression="attribute_not_exists(run) OR ends < :now",
                ExpressionAttributeValues={
                    ":run": {"S": self._id},
                    ":now": {"S": _stamp(now)},
                    ":ends": {"S": _stamp(ends)},
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_CONDITION:
                raise
            raise BusyError(
                f"{self._run['stack']['S']}: expected nobody at work, got another run: it sees to "
                "what has changed meanwhile. If it was killed, the next run goes on in its place "
                "once its time is over."
            ) from error

    def end(self) -> None:
        """Let the next one in."""
        try:
            self._dynamodb.delete_item(
                TableName=self._table,
                Key=self._run,
                ConditionExpression="run = :run",
                ExpressionAttributeValues={":run": {"S": self._id}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_CONDITION:
                raise


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
