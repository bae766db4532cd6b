"""The guard's table: one item for each stack, the mode it should be in, written by the guard alone.

The next notification would write that item anew: it is kept as the other tables are, so that what
holds for tables needs no exception.
"""

from __future__ import annotations

from components.parts.table_keys import Attribute, Keys

LABEL = "guard"
KEYS = Keys(partition=Attribute("stack"))
