"""Say that there is nothing here: to people as a page, to programs as a problem document."""

from starlette.requests import Request
from starlette.responses import Response

from app.hub.web.problems import Problem
from app.product_service.site import Site


class Missing:
    """404 of the paths that people visit."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._page = site.missing()

    def answer(self, request: Request) -> Response:
        """By `Accept`: browsers name text/html, programs don't."""
        if "text/html" not in request.headers.get("accept", ""):
            return Problem(404, "not-found", "Not Found", headers={"Vary": "Accept"}).response()
        headers = {**self._page.headers, "Cache-Control": "no-store", "Vary": "Accept"}
        del headers["ETag"]
        return Response(self._page.body, 404, headers=headers, media_type="text/html")
