"""What calls consumed: how many of each operation there were, and DynamoDB's request units.

DynamoDB Local bills a transaction as if it had one item, and no index in it; so the units of
transactions are counted here from what they wrote, by
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from app.hub.keys import INDEX
from tests.system.hub.emulated_aws import EmulatedAws
from tests.system.hub.fault_proxy import Call, FaultProxy

Item = Mapping[str, Mapping[str, Any]]
"""Attributes in DynamoDB's form."""

_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem"})
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_WRITE_UNIT_BYTES = 1024
_IN_TRANSACTION = 2


class Consumed:
    """Of the calls through a proxy since the last `take`; what updates made is read from AWS."""

    def __init__(self, proxy: FaultProxy, aws: EmulatedAws) -> None:
        self._proxy = proxy
        self._aws = aws
        self._taken = 0
        self._indexed: dict[str, str | None] = {}

    def take(self) -> tuple[Counter[str], float, float]:
        """Calls by operation, read request units, and write request units."""
        calls = self._proxy.calls[self._taken :]
        self._taken += len(calls)
        done = [it for it in calls if it.status == 200]
        operations = Counter(it.operation for it in calls)
        reads = sum(_units(it) for it in done if it.operation in _READS)
        return operations, reads, sum(map(self._write_units, done))

    def _write_units(self, call: Call) -> float:
        if call.operation in _WRITES:
            self._remember(call.body.get("Item", {}))
            return _units(call)
        if call.operation == "TransactWriteItems":
            return sum(map(self._in_transaction, self._items(call)))
        return 0.0

    def _items(self, call: Call) -> Iterable[Item]:
        """As they are after the write."""
        for write in call.body["TransactItems"]:
            [request] = write.values()
            if "Item" in request:
                yield request["Item"]
            else:
                about = {"TableName": request["TableName"], "Key": request["Key"]}
                yield self._aws.client("dynamodb").get_item(**about)["Item"]

    def _in_transaction(self, item: Item) -> float:
        """The table's own units are doubled; the index follows it outside of the transaction."""
        units = -(-item_bytes(item) // _WRITE_UNIT_BYTES)
        before = self._indexed.get(_key(item))
        after = self._remember(item)
        entries = len({it for it in (before, after) if it is not None})
        return units * (_IN_TRANSACTION + entries)

    def _remember(self, item: Item) -> str | None:
        """Its place in the index, None when it has none."""
        keys = [item[name] for name in (f"{INDEX}pk", f"{INDEX}sk") if name in item]
        place = json.dumps(keys) if keys else None
        if item:
            self._indexed[_key(item)] = place
        return place


def item_bytes(item: Item) -> int:
    """As DynamoDB measures an item: names and values, without its 100 bytes of overhead."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value: Mapping[str, Any]) -> int:
    [(kind, it)] = value.items()
    match kind:
        case "S":
            return len(it.encode())
        case "N":
            return len(it.strip("-0.").replace(".", "")) // 2 + 2
        case "M":
            return 3 + sum(1 + len(name.encode()) + _bytes(each) for name, each in it.items())
        case "L":
            return 3 + sum(1 + _bytes(each) for each in it)
        case "B":
            return len(TypeDeserializer().deserialize(value).value)
        case _:
            return 1


def _key(item: Item) -> str:
    return json.dumps([item["pk"], item["sk"]])


def _units(call: Call) -> float:
    return call.answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
