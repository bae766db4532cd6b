"""What the hub keeps: its tables, its buckets, its secrets and a key."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from buylink.settings.operations import SecretSettings, TableSettings
from buylink.settings.storage import BucketSettings, StorageSettings
from components.storage.secrets import Secrets, SecretsArgs
from components.storage.table import Attribute, Index, Keys, Table, TableArgs, TableSchema
from components.storage.tiered_bucket import TieredBucket, TieredBucketArgs
from components.storage.token_key import TokenKey, TokenKeyArgs


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """What a Storage is made from; `behind_edge` says whether CloudFront serves the thumbnails."""

    stack: str
    account_id: str
    behind_edge: bool
    tables: TableSettings
    buckets: StorageSettings
    secrets: SecretSettings


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
        super().__init__("buylink:storage:Storage", name, {"behindEdge": args.behind_edge}, opts)
        self._name, self._args = name, args
        self._children = pulumi.ResourceOptions(parent=self)
        self.table = self._table("table", HUB_TABLE)
        self.guard_table = self._table("guard", GUARD_TABLE)
        self.thumbnails = self._bucket(
            "thumbnails", args.buckets.thumbnails, behind_edge=args.behind_edge
        )
        self.originals = self._bucket("originals", args.buckets.originals, behind_edge=False)
        self.reports = self._bucket("reports", args.buckets.reports, behind_edge=False)
        self.secrets = Secrets(
            f"{name}-secrets", SecretsArgs(stack=args.stack, settings=args.secrets), self._children
        )
        key = TokenKeyArgs(
            stack=args.stack,
            account_id=args.account_id,
            recovery_days=args.secrets.recovery_days,
            protect=args.tables.deletion_protection,
        )
        self.token_key = TokenKey(f"{name}-token-key", key, self._children)
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

    def _table(self, thing: str, schema: TableSchema) -> Table:
        args = TableArgs(stack=self._args.stack, schema=schema, settings=self._args.tables)
        return Table(f"{self._name}-{thing}", args, self._children)

    def _bucket(self, label: str, objects: BucketSettings, *, behind_edge: bool) -> TieredBucket:
        args = TieredBucketArgs(
            stack=self._args.stack,
            label=label,
            tiers={"": objects},
            protect=self._args.buckets.protect,
            behind_edge=behind_edge,
        )
        return TieredBucket(f"{self._name}-{label}", args, self._children)


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
