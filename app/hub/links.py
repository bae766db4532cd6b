"""Links: what a creator's page shows and `/r/<link>` leads to."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from app.hub import keys
from app.hub.creators import Creator, read_creator
from app.hub.table import NEW, HubTable, Item, Put, Update, When, Write

Source: TypeAlias = Literal["found", "made"]
"""Found in a video by the worker, or made by the creator."""

ID_LENGTH = 12
MOST_LINKS = 100
"""On a page: what one read of the table brings."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, kw_only=True)
class Link:
    """A product's address; `url` is https, `hashtags` are those that attach a video to it.

    `thumbnails` are keys in the bucket of thumbnails by width, such as {320: "thumbnails/…"}.
    """

    id: str
    creator_id: str
    url: str
    title: str
    source: Source
    created_at: str
    hashtags: tuple[str, ...] = ()
    video_id: str | None = None
    thumbnails: dict[int, str] | None = None
    active: bool = True


def new_id() -> str:
    """For a link that a person makes: nobody can guess the next one."""
    return "".join(secrets.choice(_DIGITS) for _ in range(ID_LENGTH))


def found_id(creator_id: str, url: str) -> str:
    """For a link that is found: the same creator's same address always has the same."""
    number = int.from_bytes(hashlib.sha256(f"{creator_id}|{url}".encode()).digest())
    digits: list[str] = []
    for _ in range(ID_LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(digits)


def page(table: HubTable, creator_id: str) -> tuple[Creator | None, list[Link]]:
    """A creator and up to 100 of its links, newest first, by one query."""
    condition = When(
        expression="#pk = :pk AND #sk BETWEEN :links AND :profile",
        values={"pk": keys.owned_by(creator_id), "links": keys.LINKS, "profile": keys.PROFILE},
    )
    creator: Creator | None = None
    links: list[Link] = []
    for item in table.query(condition):
        if item["sk"] == keys.PROFILE:
            creator = read_creator(item)
        else:
            links.append(_link(item))
    links.sort(key=lambda link: (link.created_at, link.id), reverse=True)
    return creator, links[:MOST_LINKS]


def find(table: HubTable, link_id: str) -> Link | None:
    """By its id alone: one that was made a moment ago may not be found yet."""
    at = keys.link_in_index(link_id)
    condition = When(
        expression="#gsi1pk = :pk AND #gsi1sk = :sk",
        values={"pk": at["gsi1pk"], "sk": at["gsi1sk"]},
    )
    item = next(table.query(condition, index=True, page=1), None)
    return None if item is None else _link(item)


def of_creator(table: HubTable, creator_id: str, link_id: str) -> Link | None:
    """As it is now."""
    item = table.get(keys.link(creator_id, link_id))
    return None if item is None else _link(item)


def add(table: HubTable, link: Link) -> None:
    """Raises ConditionFailedError when there is one of this id."""
    table.write(Put(item=_item(link), when=NEW))


def edit(table: HubTable, was: Link, now: Link) -> None:
    """Write what a person may change: `url`, `title`, `hashtags` and `active`; the rest stays.

    Raises ConditionFailedError when the link is gone, or one of these isn't any more as it `was`.
    """
    before, after = _item(was), _item(now)
    conditions, changes, values = ["attribute_exists(#pk)"], list[str](), Item()
    for name in ("url", "title", "hashtags", "active"):
        if name in before:
            conditions.append(f"#{name} = :was_{name}")
            values[f"was_{name}"] = before[name]
        else:
            conditions.append(f"(attribute_not_exists(#{name}) OR #{name} = :no_{name})")
            values[f"no_{name}"] = []
        changes.append(f"#{name} = :now_{name}")
        values[f"now_{name}"] = after.get(name, [])
    table.write(
        Update(
            key=keys.link(was.creator_id, was.id),
            expression="SET " + ", ".join(changes),
            values=values,
            when=When(expression=" AND ".join(conditions)),
        )
    )


def remove(table: HubTable, creator_id: str, link_id: str) -> bool:
    """Whether there was one."""
    return table.take(keys.link(creator_id, link_id)) is not None


def shown_in(link: Link, video_id: str, thumbnails: dict[int, str] | None) -> Write:
    """The write that shows a video's picture on a link, for the transaction that ends its work.

    A link that is new is made as it is given; one that is known keeps what its creator changed.
    """
    attributes = {
        name: value
        for name, value in _item(replace(link, video_id=None, thumbnails=None)).items()
        if name not in ("pk", "sk")
    }
    kept = [f"#{name} = if_not_exists(#{name}, :{name})" for name in attributes]
    shown = {"videoId": video_id, **({"thumbnails": _texts(thumbnails)} if thumbnails else {})}
    return Update(
        key=keys.link(link.creator_id, link.id),
        expression="SET " + ", ".join([*kept, *(f"#{name} = :{name}" for name in shown)]),
        values={**attributes, **shown},
    )


def _texts(thumbnails: dict[int, str]) -> dict[str, str]:
    return {str(width): key for width, key in thumbnails.items()}


def _item(link: Link) -> Item:
    item: Item = {
        **keys.link(link.creator_id, link.id),
        **keys.link_in_index(link.id),
        "id": link.id,
        "creatorId": link.creator_id,
        "url": link.url,
        "title": link.title,
        "source": link.source,
        "createdAt": link.created_at,
        "active": link.active,
    }
    if link.hashtags:
        item["hashtags"] = list(link.hashtags)
    if link.video_id:
        item["videoId"] = link.video_id
    if link.thumbnails:
        item["thumbnails"] = _texts(link.thumbnails)
    return item


def _link(item: Item) -> Link:
    thumbnails = item.get("thumbnails")
    return Link(
        id=item["id"],
        creator_id=item["creatorId"],
        url=item["url"],
        title=item["title"],
        source=item["source"],
        created_at=item["createdAt"],
        hashtags=tuple(item.get("hashtags", ())),
        video_id=item.get("videoId"),
        thumbnails={int(width): key for width, key in thumbnails.items()} if thumbnails else None,
        active=item["active"],
    )
