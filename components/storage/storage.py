"""What the hub keeps: its tables, its buckets, its secrets and a key."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.common.child_factory import ChildFactory
from components.storage.secrets import Secrets, SecretsArgs
from components.storage.table import Attribute, Index, Keys, Table, TableArgs, TableSchema
from components.storage.tiered_bucket import (
    DistributionReader,
    ObjectLifecycle,
    TieredBucket,
    TieredBucketArgs,
)
from components.storage.token_key import TokenKey, TokenKeyArgs

HUB_TABLE = TableSchema(
    label="hub",
    keys=Keys(partition=Attribute("pk"), sort=Attribute("sk")),
    indexes=(
        Index(name="gsi1", keys=Keys(partition=Attribute("gsi1pk"), sort=Attribute("gsi1sk"))),
    ),
    ttl_attribute="expiresAt",
)
"""Everything the services keep, in one table and on one bill.

Single-table design: an item's `pk` names what it belongs to (`CREATOR#...`, `VIDEO#...`), `sk` what
it is; the index looks the other way round, such as a creator's videos by date.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-general-nosql-design.html
"""

GUARD_TABLE = TableSchema(label="guard", keys=Keys(partition=Attribute("stack")))
"""One item for each stack, the mode it should be in, written by the guard alone.

The next notification would write that item anew: it is kept as the other tables are, so that what
holds for tables needs no exception.
"""


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """What a Storage is made from.

    `thumbnails_reader` is the distribution that serves the thumbnails, if one does. Deleted secrets
    and the deleted key can be brought back for `recovery_days`: 7 to 30, or 0 for not at all.
    """

    stack: str
    account_id: str
    thumbnails_reader: DistributionReader | None
    point_in_time_recovery: bool
    protect_tables: bool
    protect_buckets: bool
    thumbnails: ObjectLifecycle
    originals: ObjectLifecycle
    reports: ObjectLifecycle
    recovery_days: int


class Storage(pulumi.ComponentResource):
    """Everything of the hub that outlives a task.

    - the table `buylink-<stack>-hub`, and the guard's, `buylink-<stack>-guard`: every service reads
      the mode in it
    - a bucket of thumbnails, one of creators' uploads, and one of the guard's cost reports
    - the secrets of the services, and the key for creators' tokens
    """

    table: Table
    guard_table: Table
    thumbnails: TieredBucket
    originals: TieredBucket
    reports: TieredBucket
    secrets: Secrets
    token_key: TokenKey

    def __init__(
        self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {"behindEdge": args.thumbnails_reader is not None}
        super().__init__("buylink:storage:Storage", name, props, opts)
        child = ChildFactory(self, args.stack, "storage")
        self.table = _add_table(child, "table", HUB_TABLE, args)
        self.guard_table = _add_table(child, "guard", GUARD_TABLE, args)
        self.thumbnails = _add_bucket(
            child, "thumbnails", args.thumbnails, args, reader=args.thumbnails_reader
        )
        self.originals = _add_bucket(child, "originals", args.originals, args)
        self.reports = _add_bucket(child, "reports", args.reports, args)
        secrets = SecretsArgs(stack=args.stack, recovery_days=args.recovery_days)
        self.secrets = Secrets(child.name("secrets"), secrets, child.opts())
        key = TokenKeyArgs(
            stack=args.stack,
            account_id=args.account_id,
            recovery_days=args.recovery_days,
            protect=args.protect_tables,
        )
        self.token_key = TokenKey(child.name("token-key"), key, child.opts())
        self.register_outputs(
            {
                "tableName": self.table.name,
                "guardTableName": self.guard_table.name,
                "thumbnailsBucket": self.thumbnails.name,
                "originalsBucket": self.originals.name,
                "reportsBucket": self.reports.name,
                "tokenKeyArn": self.token_key.arn,
            }
        )


def _add_table(child: ChildFactory, thing: str, schema: TableSchema, args: StorageArgs) -> Table:
    table = TableArgs(
        stack=args.stack,
        schema=schema,
        point_in_time_recovery=args.point_in_time_recovery,
        deletion_protection=args.protect_tables,
    )
    return Table(child.name(thing), table, child.opts())


def _add_bucket(
    child: ChildFactory,
    label: str,
    objects: ObjectLifecycle,
    args: StorageArgs,
    *,
    reader: DistributionReader | None = None,
) -> TieredBucket:
    bucket = TieredBucketArgs(
        stack=args.stack,
        label=label,
        tiers={"": objects},
        protect=args.protect_buckets,
        reader=reader,
    )
    return TieredBucket(child.name(label), bucket, child.opts())
