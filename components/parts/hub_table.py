"""The hub's one table: everything the services keep, in one place and on one bill.

Single-table design: an item's `pk` names what it belongs to (`CREATOR#...`, `VIDEO#...`), `sk` what
it is; the index looks the other way round, such as a creator's videos by date.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-general-nosql-design.html
"""

from __future__ import annotations

from components.parts.table_keys import Attribute, Index, Keys

LABEL = "hub"
KEYS = Keys(partition=Attribute("pk"), sort=Attribute("sk"))
INDEXES = (Index(name="gsi1", keys=Keys(partition=Attribute("gsi1pk"), sort=Attribute("gsi1sk"))),)
TTL_ATTRIBUTE = "expiresAt"
