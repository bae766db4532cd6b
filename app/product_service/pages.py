"""`GET /<creator>`, `/` and `/robots.txt`: what people and browsers, and CloudFront, keep."""

import re

from starlette.requests import Request
from starlette.responses import Response

from app.hub import creators, links
from app.hub.table import HubTable
from app.product_service.expiring_cache import ExpiringCache
from app.product_service.missing import Missing
from app.product_service.site import Page, Site
from app.product_service.thumbnails import Thumbnails

CACHE_SECONDS = 10.0
MOST_CACHED = 500
"""A page of 100 links is about 50 KB."""

ROBOTS = "User-agent: *\nDisallow: /r/\nDisallow: /v1/\n"

_HANDLE = re.compile(r"@?([A-Za-z0-9_.]{1,23}[A-Za-z0-9_])")


class Pages:
    """A hub page is at most ten seconds old, not counting what lies between."""

    def __init__(
        self, table: HubTable, site: Site, thumbnails: Thumbnails, missing: Missing
    ) -> None:
        self._table = table
        self._site = site
        self._thumbnails = thumbnails
        self._missing = missing
        self._index = site.index()
        self._hubs = ExpiringCache(
            self._look_up, seconds=CACHE_SECONDS, absent_seconds=CACHE_SECONDS, most=MOST_CACHED
        )

    async def creator(self, request: Request) -> Response:
        """A creator's page by their handle, with or without an @ before it; or 404."""
        handle = _HANDLE.fullmatch(request.path_params["creator"])
        page = None if handle is None else await self._hubs.get(handle[1].lower())
        return self._missing.answer(request) if page is None else _answer(request, page)

    async def index(self, request: Request) -> Response:
        """The root."""
        return _answer(request, self._index)

    async def robots(self, _: Request) -> Response:
        """Crawlers are asked not to click."""
        return Response(
            ROBOTS, headers={"Cache-Control": "public, max-age=86400"}, media_type="text/plain"
        )

    def _look_up(self, handle: str) -> Page | None:
        creator_id = creators.id_by_handle(self._table, handle)
        if creator_id is None:
            return None
        creator, found = links.page(self._table, creator_id)
        if creator is None:
            return None
        return self._site.hub(creator, found, pictures_from=self._thumbnails.origin())


def _answer(request: Request, page: Page) -> Response:
    """304 when the client has it: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2"""
    known = request.headers.get("if-none-match")
    if known is not None and _names(known, page.etag):
        headers = {name: it for name, it in page.headers.items() if name != "Content-Type"}
        return Response(status_code=304, headers=headers)
    return Response(page.body, headers=page.headers)


def _names(known: str, etag: str) -> bool:
    """CloudFront weakens the tag of what it compresses; the comparison is weak."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return etag in tags or known.strip() == "*"
