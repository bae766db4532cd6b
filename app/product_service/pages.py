"""`GET /<creator>`, `/` and `/robots.txt`: what people and browsers, and CloudFront, keep.

And `/thumbnails/…`: to S3, by a presigned URL, where no CloudFront stands in front.
"""

import re
import threading
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.hub import creators, links
from app.hub.clients import Client
from app.hub.table import HubTable
from app.product_service.expiring_cache import ExpiringCache
from app.product_service.site import Missing, Page, Site

VALID_SECONDS = 300
REDIRECT_CACHE_SECONDS = 240
"""The redirect must not outlive what it leads to."""

_KEY = re.compile(r"thumbnails/[0-9]{1,20}/[0-9a-f]{12}-(320|720)\.webp")


class Thumbnails:
    """Through a boto3 S3 client; it signs here, and asks S3 nothing."""

    def __init__(self, s3: Client, bucket: str, missing: Missing) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._missing = missing
        self._lock = threading.Lock()
        self._origin: str | None = None

    async def redirect(self, request: Request) -> Response:
        """302 for what may be a thumbnail's key, else 404."""
        key = f"thumbnails/{request.path_params['path']}"
        if not _KEY.fullmatch(key):
            return self._missing.answer(request)
        # Credentials may have to be fetched.
        url = await run_in_threadpool(self._presigned, key)
        headers = {"Location": url, "Cache-Control": f"private, max-age={REDIRECT_CACHE_SECONDS}"}
        return Response(status_code=302, headers=headers)

    def origin(self) -> str:
        """Where the redirects lead, for the pages' policy: such as https://bucket.s3.amazonaws.com.

        Raises what boto3 raises when there are no credentials.
        """
        with self._lock:
            if self._origin is None:
                parts = urlsplit(self._presigned("thumbnails/"))
                self._origin = f"{parts.scheme}://{parts.netloc}"
            return self._origin

    def _presigned(self, key: str) -> str:
        return self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=VALID_SECONDS
        )


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
        creator, page_links = links.page(self._table, creator_id)
        if creator is None:
            return None
        return self._site.hub(creator, page_links, pictures_from=self._thumbnails.origin())


def _answer(request: Request, page: Page) -> Response:
    """304 when the client has it: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2"""
    known = request.headers.get("if-none-match")
    if known is not None and _names(known, page.etag):
        headers = {name: value for name, value in page.headers.items() if name != "Content-Type"}
        return Response(status_code=304, headers=headers)
    return Response(page.body, headers=page.headers)


def _names(known: str, etag: str) -> bool:
    """CloudFront weakens the tag of what it compresses; the comparison is weak."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return etag in tags or known.strip() == "*"
