"""DynamoDB tables. https://aws.amazon.com/dynamodb/pricing/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_hour,
    by_usage,
    depending,
    get_nested,
    get_stated,
    known,
)
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

TABLE: Final = "aws:dynamodb/table:Table"
WRITES: Final = UsageKey(
    name="monthly_write_request_units", unit="WRU", about="the write request units of a month"
)
READS: Final = UsageKey(
    name="monthly_read_request_units", unit="RRU", about="the read request units of a month"
)
STORAGE: Final = UsageKey(name="storage_gb", unit="GB-month", about="the size of the table")
PITR_STORAGE: Final = UsageKey(
    name="pitr_backup_storage_gb", unit="GB-month", about="the size of the table that is backed up"
)
BACKUPS: Final = UsageKey(
    name="on_demand_backup_storage_gb", unit="GB-month", about="the size of backups on demand"
)
RESTORED: Final = UsageKey(
    name="monthly_data_restored_gb", unit="GB", about="the data restored from backups"
)
STREAM_READS: Final = UsageKey(
    name="monthly_streams_read_request_units", unit="request", about="the reads of its stream"
)

_WRITE: Final = {
    "STANDARD": Meter("DynamoDB", "DynamoDB on-demand write request unit (Standard)"),
    "STANDARD_INFREQUENT_ACCESS": Meter("DynamoDB", "DynamoDB on-demand WRU (Standard-IA)"),
}
_READ: Final = {
    "STANDARD": Meter("DynamoDB", "DynamoDB on-demand read request unit (Standard)"),
    "STANDARD_INFREQUENT_ACCESS": Meter("DynamoDB", "DynamoDB on-demand RRU (Standard-IA)"),
}
_STORED: Final = {
    "STANDARD": Meter("DynamoDB", "DynamoDB storage (Standard)"),
    "STANDARD_INFREQUENT_ACCESS": Meter("DynamoDB", "DynamoDB storage (Standard-IA)"),
}
WCU_HOUR: Final = Meter("DynamoDB", "DynamoDB provisioned WCU-hour")
RCU_HOUR: Final = Meter("DynamoDB", "DynamoDB provisioned RCU-hour")
PITR: Final = Meter("DynamoDB", "DynamoDB point-in-time recovery")
BACKUP: Final = Meter("DynamoDB", "DynamoDB on-demand backup storage")
RESTORE: Final = Meter("DynamoDB", "DynamoDB restore")
STREAM: Final = Meter("DynamoDB", "DynamoDB Streams read request")


def _table(table: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    usage = context.usage(table)
    storage_class = str(get_stated(table, "tableClass") or "STANDARD")
    if storage_class not in _STORED:
        yield Unpriced(reason=f"no price for a table of class {storage_class}")
        return
    if get_stated(table, "replicas"):
        yield Unpriced(reason="a global table's replicas are in other regions")
    if get_stated(table, "billingMode") == "PAY_PER_REQUEST":
        yield by_usage(table, context, _WRITE[storage_class], WRITES)
        yield by_usage(table, context, _READ[storage_class], READS)
    elif get_stated(table, "billingMode") in (None, "PROVISIONED"):
        yield from _provisioned(table, context, storage_class)
    else:
        yield Unpriced(reason=f"no price for the billing mode {table.get('billingMode')}")
    yield by_usage(table, context, _STORED[storage_class], STORAGE)
    size = PITR_STORAGE if usage.get(PITR_STORAGE.name) else STORAGE
    for meter, key, enabled in (
        (PITR, size, get_nested(table, "pointInTimeRecovery", "enabled")),
        (STREAM, STREAM_READS, get_stated(table, "streamEnabled")),
    ):
        if enabled is True:
            yield by_usage(table, context, meter, key)
        elif enabled is UNKNOWN:
            yield depending(context, meter, "whether it is enabled", "usage")
    for meter, key in ((BACKUP, BACKUPS), (RESTORE, RESTORED)):
        if usage.get(key.name):
            yield by_usage(table, context, meter, key)


def _provisioned(
    table: Resource, context: MeterContext, storage_class: str
) -> Iterator[Charge | Unpriced]:
    """Its own capacity and that of its indexes, all month."""
    if storage_class != "STANDARD":
        yield Unpriced(reason=f"no price for provisioned capacity of class {storage_class}")
        return
    indexes = get_stated(table, "globalSecondaryIndexes")
    owners: list[object] = [table, *(indexes if isinstance(indexes, Sequence) else ())]
    for meter, name in ((WCU_HOUR, "writeCapacity"), (RCU_HOUR, "readCapacity")):
        capacities = [
            known(owner.get(name)) if isinstance(owner, dict | Resource) else None
            for owner in owners
        ]
        if indexes is UNKNOWN or None in capacities:
            yield depending(context, meter, name)
        else:
            yield by_hour(context, meter, sum(int(str(units)) for units in capacities))


METERS: Final = (
    MeterSpec(
        type=TABLE,
        terraform="aws_dynamodb_table",
        measure=_table,
        usage_keys=(WRITES, READS, STORAGE, PITR_STORAGE, BACKUPS, RESTORED, STREAM_READS),
    ),
)
