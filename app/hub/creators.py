"""Creators, and the handles that their pages are found by."""

import base64
import hashlib
import re
from dataclasses import dataclass

from app.hub import keys
from app.hub.table import HubTable, Item, Put, Update

ID = re.compile(r"c[a-z2-7]{16}")
_ID_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class Creator:
    """A person with a page; `handle` is TikTok's username in lower case, and may change."""

    id: str
    handle: str
    display_name: str
    created_at: str


def id_of(open_id: str) -> str:
    """The hub's id for TikTok's: the same at each sign-in, and no handle that others can take."""
    digest = hashlib.sha256(f"tiktok:{open_id}".encode()).digest()
    return "c" + base64.b32encode(digest).decode().lower()[:_ID_LENGTH]


def find(table: HubTable, creator_id: str) -> Creator | None:
    item = table.get(keys.creator(creator_id))
    return None if item is None else read_creator(item)


def id_by_handle(table: HubTable, handle: str) -> str | None:
    """Whose page is found by a handle."""
    item = table.get(keys.handle(handle))
    return None if item is None else item["creatorId"]


def save(table: HubTable, creator: Creator) -> None:
    """Write a creator who has just shown, at TikTok, that the handle is theirs.

    TikTok says who has a handle, so it is taken from whoever had it. A creator who is known stays
    as old as they are; their former handle is left to them until another shows up with it.
    """
    profile = Update(
        key=keys.creator(creator.id),
        expression="SET #handle = :handle, #displayName = :displayName,"
        " #createdAt = if_not_exists(#createdAt, :createdAt), #id = :id",
        values={
            "id": creator.id,
            "handle": creator.handle,
            "displayName": creator.display_name,
            "createdAt": creator.created_at,
        },
    )
    pointer = Put(item={**keys.handle(creator.handle), "creatorId": creator.id})
    table.write_all([profile, pointer])


def read_creator(item: Item) -> Creator:
    """From its item."""
    return Creator(
        id=item["id"],
        handle=item["handle"],
        display_name=item["displayName"],
        created_at=item["createdAt"],
    )
