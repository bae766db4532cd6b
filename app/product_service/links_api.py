"""A creator's links, for the creator and for clients."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Header, Path, Response

from app.hub import links
from app.hub.links import MOST_LINKS, Link
from app.hub.table import ConditionFailedError, HubTable
from app.hub.times import now, stamp
from app.hub.web.access import CreatorId
from app.hub.web.api import Backend
from app.hub.web.problems import Problem
from app.product_service.models import LINK_ID, LinkChange, LinkList, LinkOut, NewLink
from app.product_service.openapi import CHANGED, MAKING, NO_LINK, READING, TAG, WRITING

LinkId: TypeAlias = Annotated[str, Path(pattern=LINK_ID, description="A link's id")]
IfMatch: TypeAlias = Annotated[
    str | None, Header(description="An ETag: change it only if it still is so")
]


def links_router(backend: Backend, forget: Callable[[str], None]) -> APIRouter:
    """`forget` is told of each link that was changed."""
    table, public_url = backend.table, backend.settings.public_url
    router = APIRouter(prefix="/v1/creators/{creator_id}/links", tags=["links"])
    reading, writing = [Depends(backend.access.reader)], [Depends(backend.access.writer)]

    def shown(link: Link, response: Response) -> LinkOut:
        response.headers["ETag"] = etag(link)
        return LinkOut.of(link, public_url)

    @router.get("", dependencies=reading, responses=READING | NO_LINK)
    def list_links(creator_id: CreatorId) -> LinkList:
        creator, page_links = links.page(table, creator_id)
        if creator is None:
            raise unknown_creator()
        return LinkList(links=[LinkOut.of(link, public_url) for link in page_links])

    @router.post("", status_code=201, dependencies=writing, responses=MAKING)
    def make_link(creator_id: CreatorId, new: NewLink, response: Response) -> LinkOut:
        link = _make(table, creator_id, new)
        response.headers["Location"] = f"/v1/creators/{creator_id}/links/{link.id}"
        return shown(link, response)

    @router.get("/{link_id}", dependencies=reading, responses=READING | NO_LINK | TAG)
    def read_link(creator_id: CreatorId, link_id: LinkId, response: Response) -> LinkOut:
        return shown(_existing(links.of_creator(table, creator_id, link_id)), response)

    @router.patch("/{link_id}", dependencies=writing, responses=WRITING | NO_LINK | CHANGED | TAG)
    def change_link(
        creator_id: CreatorId,
        link_id: LinkId,
        change: LinkChange,
        response: Response,
        if_match: IfMatch = None,
    ) -> LinkOut:
        changed = _change(table, creator_id, link_id, change, if_match)
        forget(link_id)
        return shown(changed, response)

    @router.delete(
        "/{link_id}", status_code=204, dependencies=writing, responses=WRITING | NO_LINK | CHANGED
    )
    def delete_link(creator_id: CreatorId, link_id: LinkId, if_match: IfMatch = None) -> None:
        _expect(_existing(links.of_creator(table, creator_id, link_id)), if_match)
        links.remove(table, creator_id, link_id)
        forget(link_id)

    return router


def etag(link: Link) -> str:
    """Of what may be changed."""
    text = repr((link.url, link.title, link.hashtags, link.active))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def unknown_creator() -> Problem:
    """Nobody has this id."""
    return Problem(404, "unknown-creator", "expected a creator's id, got one that nobody has")


def _make(table: HubTable, creator_id: str, new: NewLink) -> Link:
    creator, page_links = links.page(table, creator_id)
    if creator is None:
        raise unknown_creator()
    if len(page_links) >= MOST_LINKS:
        detail = f"expected fewer than {MOST_LINKS} links, got as many: delete one first"
        raise Problem(409, "too-many-links", detail)
    link = Link(
        id=links.new_id(),
        creator_id=creator_id,
        url=new.url,
        title=new.title,
        hashtags=tuple(new.hashtags),
        active=new.active,
        source="made",
        created_at=stamp(now()),
    )
    links.add(table, link)
    return link


def _change(
    table: HubTable, creator_id: str, link_id: str, change: LinkChange, if_match: str | None
) -> Link:
    was = _existing(links.of_creator(table, creator_id, link_id))
    _expect(was, if_match)
    changed = replace(was, **change.changes())
    try:
        links.edit(table, was, changed)
    except ConditionFailedError:
        raise _changed() from None
    return changed


def _existing(link: Link | None) -> Link:
    if link is None:
        raise Problem(404, "unknown-link", "expected one of the creator's links, got none of them")
    return link


def _expect(link: Link, if_match: str | None) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1"""
    if if_match is None or if_match.strip() == "*":
        return
    if etag(link) not in {tag.strip() for tag in if_match.split(",")}:
        raise _changed()


def _changed() -> Problem:
    detail = "expected the link as it was read, got it changed since: read it again"
    return Problem(412, "changed", detail)
