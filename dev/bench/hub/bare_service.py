"""What product-service is compared with: `python -m dev.bench.hub.bare_service`.

A Starlette handler that redirects, and one that answers with a page, and nothing else, served by
the same server in the same settings. PAGE_FILE holds the page.
"""

import os
import sys
from pathlib import Path
from typing import cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.hub.web.http_service import HubApp, serve

_HEADERS = {
    "Location": "https://shop.example/lamp",
    "Cache-Control": "no-store",
    "Referrer-Policy": "strict-origin",
}


class BareService(Starlette):
    """`serve` asks these two of an app."""

    service = "bare"
    draining = False


def main() -> int:
    page = Path(os.environ["PAGE_FILE"]).read_bytes()

    async def redirect(_: Request) -> Response:
        return Response(status_code=302, headers=_HEADERS)

    async def show(_: Request) -> Response:
        return Response(page, media_type="text/html")

    app = BareService(routes=[Route("/r/{link}", redirect), Route("/{creator}", show)])
    return serve(cast("HubApp", app))


if __name__ == "__main__":
    sys.exit(main())
