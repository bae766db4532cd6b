"""The service's pages as bytes with their headers: HTML that needs no script and loads no style."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.product_url import host_of
from app.hub.web.problems import Problem

CACHE_CONTROL = "public, max-age=60, s-maxage=300, stale-while-revalidate=600, stale-if-error=86400"

_TEMPLATES = Path(__file__).parent / "templates"
_LONGEST_DESCRIPTION = 160


@dataclass(frozen=True, kw_only=True)
class Page:
    """What is answered; its `ETag` is strong, made from all that is in it."""

    body: bytes
    headers: dict[str, str]

    @property
    def etag(self) -> str:
        """With its quotes."""
        return self.headers["ETag"]


@dataclass(frozen=True, kw_only=True)
class _Card:
    id: str
    title: str
    initial: str
    shop: str
    src: str | None
    srcset: str


class Site:
    """Templates, compiled when it is made; threads may share it."""

    def __init__(self, public_url: str) -> None:
        style = re.sub(r"\s+", " ", (_TEMPLATES / "style.css").read_text("utf-8")).strip()
        self._style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._public_url = public_url
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
        )
        shared = {"style": Markup(style)}  # noqa: S704  our own
        self._hub, self._index, self._missing = (
            environment.get_template(f"{name}.html", globals=shared)
            for name in ("hub", "index", "missing")
        )

    def hub(self, creator: Creator, links: Sequence[Link], *, pictures_from: str) -> Page:
        """A creator's page; `pictures_from` is the origin that `/thumbnails/` may redirect to."""
        shown = [link for link in links if link.active]
        cards = [_card(link) for link in shown]
        wide = [link.thumbnails[max(link.thumbnails)] for link in shown if link.thumbnails]
        body = self._hub.render(
            creator=creator,
            initial=_initial(creator.display_name),
            cards=cards,
            address=f"{self._public_url}/@{creator.handle}",
            description=_description(creator, cards),
            picture=f"{self._public_url}/{wide[0]}" if wide else None,
        )
        return self._page(body, pictures_from)

    def index(self) -> Page:
        """What is at the root."""
        return self._page(self._index.render(address=f"{self._public_url}/"))

    def missing(self) -> Page:
        """What is said where there is nothing."""
        return self._page(self._missing.render())

    def _page(self, text: str, *pictures_from: str) -> Page:
        body = text.encode()
        images = " ".join(("'self'", *pictures_from))
        policy = (
            f"default-src 'none'; style-src 'sha256-{self._style_hash}'; img-src {images}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        digest = hashlib.sha256(policy.encode() + body).hexdigest()[:32]
        return Page(
            body=body,
            headers={
                "ETag": f'"{digest}"',
                "Cache-Control": CACHE_CONTROL,
                "Content-Security-Policy": policy,
                "Content-Type": "text/html; charset=utf-8",
                "Referrer-Policy": "strict-origin-when-cross-origin",
                "X-Content-Type-Options": "nosniff",
            },
        )


def _card(link: Link) -> _Card:
    widths = sorted(link.thumbnails or {})
    paths = {width: f"/{key}" for width, key in (link.thumbnails or {}).items()}
    return _Card(
        id=link.id,
        title=link.title,
        initial=_initial(link.title),
        shop=host_of(link.url),
        src=paths[widths[0]] if widths else None,
        srcset=", ".join(f"{paths[width]} {width}w" for width in widths),
    )


def _initial(text: str) -> str:
    """The first letter or digit."""
    return next((letter.upper() for letter in text if letter.isalnum()), "·")


def _description(creator: Creator, cards: Sequence[_Card]) -> str:
    text = f"Products from @{creator.handle}'s TikTok videos"
    if cards:
        text += ": " + ", ".join(card.title for card in cards[:5])
    return text if len(text) <= _LONGEST_DESCRIPTION else text[: _LONGEST_DESCRIPTION - 1] + "…"


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
