"""`GET /r/<link>`: to the shop, and one more click. The hottest path, so a bare Starlette route."""

import logging
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from app.hub import links
from app.hub.product_url import ProductUrlError, product_url
from app.hub.structured_log import fields
from app.hub.table import HubTable
from app.product_service.clicks import Clicks
from app.product_service.expiring_cache import ExpiringCache
from app.product_service.site import Missing

CACHE_SECONDS = 60.0
ABSENT_SECONDS = 5.0
MOST_CACHED = 10_000

_LINK_ID = re.compile(rf"[0-9A-Za-z]{{{links.ID_LENGTH}}}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a link leads, as headers, and whose clicks it counts."""

    creator_id: str
    headers: tuple[tuple[bytes, bytes], ...]


class Redirects:
    """Redirects to active links of the table alone, which are at most a minute old."""

    def __init__(self, table: HubTable, clicks: Clicks, missing: Missing) -> None:
        self._table = table
        self._clicks = clicks
        self._missing = missing
        self._targets = ExpiringCache(
            self._look_up, seconds=CACHE_SECONDS, absent_seconds=ABSENT_SECONDS, most=MOST_CACHED
        )

    async def follow(self, request: Request) -> Response:
        """302, or 404; whoever asks by HEAD hasn't clicked."""
        link_id = request.path_params["link"]
        if not _LINK_ID.fullmatch(link_id):
            return self._missing.answer(request)
        target = await self._targets.get(link_id)
        if target is None:
            return self._missing.answer(request)
        if request.method == "GET":
            self._clicks.count(target.creator_id, link_id)
        response = Response(status_code=302)
        response.raw_headers.extend(target.headers)
        return response

    def forget(self, link_id: str) -> None:
        """A link was changed here; other tasks notice within a minute."""
        self._targets.forget(link_id)

    def _look_up(self, link_id: str) -> Target | None:
        link = links.find(self._table, link_id)
        if link is None or not link.active:
            return None
        try:
            url = product_url(link.url)
        except ProductUrlError as error:
            logger.warning("link left out: %s", error, extra=fields(link=link_id))
            return None
        headers = (
            (b"location", url.encode("ascii")),
            (b"cache-control", b"no-store"),
            # Shops pay by where a buyer came from; which page it was is none of their business.
            (b"referrer-policy", b"strict-origin"),
        )
        return Target(creator_id=link.creator_id, headers=headers)
