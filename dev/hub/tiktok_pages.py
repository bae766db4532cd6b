"""What the stand-in for TikTok answers: by host and path, as TikTok documents."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from app.hub.tiktok.urls import UrlError, VideoUrl, parse
from dev.hub.tiktok_accounts import LOG_ID, Accounts, Grant
from dev.hub.tiktok_samples import (
    COVER,
    COVER_HEIGHT,
    COVER_WIDTH,
    CREATORS,
    VIDEOS,
    Creator,
    Video,
)
from dev.listening import Json


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request; the host is the `Host` header's, without a port."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> Json:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer, sent `after_seconds`; a Content-Length among the headers replaces the true one."""

    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    after_seconds: float = 0


def json_reply(content: object, *, status: int = HTTPStatus.OK) -> Reply:
    """An answer in JSON."""
    return Reply(
        status=status,
        headers={"Content-Type": "application/json"},
        body=json.dumps(content).encode(),
    )


def redirect(url: str) -> Reply:
    """A redirect."""
    return Reply(status=HTTPStatus.FOUND, headers={"Location": url})


def html_reply(title: str, body: str, *, status: int = HTTPStatus.OK) -> Reply:
    """A page."""
    page = f'<!doctype html><html lang="en"><title>{title}</title>{body}</html>'
    return Reply(
        status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode()
    )


_LARGEST_PAGE = 20
_TITLE = "TikTok stand-in"
_SCOPE_OF = {"username": "user.info.profile"}  # every other field: user.info.basic


@dataclass
class Pages:
    """TikTok's pages and APIs over these creators and videos, which may be added to."""

    accounts: Accounts
    creators: list[Creator] = field(default_factory=lambda: list(CREATORS))
    videos: list[Video] = field(default_factory=lambda: list(VIDEOS))

    def reply(self, asked: Asked) -> Reply:
        """The answer to a request; to hosts that aren't TikTok's, those of www.tiktok.com."""
        match asked.host:
            case "open.tiktokapis.com":
                page = self._api_page(asked.path)
            case "vm.tiktok.com" | "vt.tiktok.com":
                page = self._short_link
            case host if ".tiktokcdn" in host:
                page = self._cover
            case _:
                page = self._web_page(asked.path)
        return page(asked)

    def _web_page(self, path: str) -> Callable[[Asked], Reply]:
        if path == "/oembed":
            return self._oembed
        if path == "/v2/auth/authorize/":
            return self._authorize
        return self._short_link if path.startswith("/t/") else _not_found

    def _api_page(self, path: str) -> Callable[[Asked], Reply]:
        pages = {
            "/v2/oauth/token/": self._token,
            "/v2/user/info/": self._user_info,
            "/v2/video/list/": self._video_list,
        }
        return pages.get(path, _not_found)

    def _short_link(self, asked: Asked) -> Reply:
        code = asked.path.strip("/").removeprefix("t/")
        for video in self.videos:
            if video.short_code == code:
                return redirect(
                    f"https://www.tiktok.com/@{video.handle}/video/{video.video_id}?_r=1&_t=ZM"
                )
        return redirect("https://www.tiktok.com/?_r=1")

    def _oembed(self, asked: Asked) -> Reply:
        try:
            link = parse(asked.query.get("url", ""))
        except UrlError:
            link = None
        for video in self.videos:
            if isinstance(link, VideoUrl) and link.video_id == video.video_id:
                return json_reply(self._embed(video))
        return json_reply({"message": "Something went wrong", "code": 400}, status=400)

    def _embed(self, video: Video) -> dict[str, object]:
        creator = next(creator for creator in self.creators if creator.handle == video.handle)
        return {
            "version": "1.0",
            "type": "video",
            "title": video.caption,
            "author_url": f"https://www.tiktok.com/@{creator.handle}",
            "author_name": creator.display_name,
            "width": "100%",
            "height": "100%",
            "html": "<blockquote></blockquote>",
            "thumbnail_width": COVER_WIDTH,
            "thumbnail_height": COVER_HEIGHT,
            "thumbnail_url": cover_url(video),
            "provider_url": "https://www.tiktok.com",
            "provider_name": "TikTok",
            "author_unique_id": creator.handle,
            "embed_product_id": video.video_id,
            "embed_type": "video",
        }

    def _cover(self, asked: Asked) -> Reply:
        if not any(asked.path == f"/{video.video_id}~cover.jpeg" for video in self.videos):
            return _not_found(asked)
        return Reply(headers={"Content-Type": "image/jpeg"}, body=COVER.read_bytes())

    def _authorize(self, asked: Asked) -> Reply:
        """A page to choose a creator on; with `creator`, back to the app with a code."""
        query = dict(asked.query)
        if (query.get("client_key"), query.get("response_type")) != (
            self.accounts.client_key,
            "code",
        ):
            return html_reply(
                _TITLE, "We couldn't log in with TikTok: client_key or response_type", status=400
            )
        if "creator" not in query:
            return self._choice(query)
        back = {"state": query.get("state", "")}
        for creator in self.creators:
            if creator.handle == query["creator"]:
                grant = Grant(
                    open_id=creator.open_id,
                    scope=query.get("scope", ""),
                    redirect_uri=query.get("redirect_uri", ""),
                    code_challenge=query.get("code_challenge", ""),
                )
                back |= {"code": self.accounts.issue_code(grant), "scopes": grant.scope}
                break
        else:
            back |= {"error": "access_denied", "error_description": "User denied access"}
        return redirect(f"{query.get('redirect_uri', '')}?{urlencode(back)}")

    def _choice(self, query: dict[str, str]) -> Reply:
        choices = [(creator.handle, f"Continue as @{creator.handle}") for creator in self.creators]
        links = "".join(
            f'<li><a href="?{escape(urlencode(query | {"creator": handle}))}">{escape(text)}</a>'
            for handle, text in [*choices, ("", "Cancel")]
        )
        return html_reply(_TITLE, f"<h1>Log in with the stand-in for TikTok</h1><ul>{links}</ul>")

    def _token(self, asked: Asked) -> Reply:
        status, content = self.accounts.token_answer(asked.form)
        return json_reply(content, status=status)

    def _user_info(self, asked: Asked) -> Reply:
        fields = asked.query.get("fields", "").split(",")
        needed = {_SCOPE_OF.get(name, "user.info.basic") for name in fields}
        grant = self._granted(asked, needed)
        if isinstance(grant, Reply):
            return grant
        creator = next(creator for creator in self.creators if creator.open_id == grant.open_id)
        user = {
            "open_id": creator.open_id,
            "username": creator.handle,
            "display_name": creator.display_name,
            "avatar_url": f"https://p16-sign.tiktokcdn-us.com/avatar/{creator.open_id}.jpeg",
        }
        return _data({"user": {name: user[name] for name in fields if name in user}})

    def _video_list(self, asked: Asked) -> Reply:
        grant = self._granted(asked, {"video.list"})
        if isinstance(grant, Reply):
            return grant
        body = asked.json
        most, before = body.get("max_count", 10), body.get("cursor") or float("inf")
        if not 1 <= most <= _LARGEST_PAGE:
            return _api_error(400, "invalid_params")
        handle = next(
            creator.handle for creator in self.creators if creator.open_id == grant.open_id
        )
        videos = sorted(
            (
                video
                for video in self.videos
                if video.handle == handle and video.create_time * 1000 < before
            ),
            key=lambda video: -video.create_time,
        )
        page = videos[:most]
        return _data(
            {
                "videos": [_listed(video) for video in page],
                "cursor": page[-1].create_time * 1000 if page else 0,
                "has_more": len(videos) > len(page),
            }
        )

    def _granted(self, asked: Asked, scopes: set[str]) -> Grant | Reply:
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = self.accounts.granted(token)
        if grant is None:
            return _api_error(401, "access_token_invalid")
        if not scopes <= set(grant.scope.split(",")):
            return _api_error(401, "scope_not_authorized")
        return grant


def cover_url(video: Video) -> str:
    """Where a video's cover is, on the CDN."""
    return f"https://p16-sign.tiktokcdn-us.com/{video.video_id}~cover.jpeg?x-expires=1700000000"


def _listed(video: Video) -> dict[str, object]:
    return {
        "id": video.video_id,
        "create_time": video.create_time,
        "title": video.caption[:150],
        "video_description": video.caption[:150],
        "cover_image_url": cover_url(video),
    }


def _data(data: dict[str, object]) -> Reply:
    return json_reply({"data": data, "error": {"code": "ok", "message": "", "log_id": LOG_ID}})


def _api_error(status: int, code: str) -> Reply:
    error = {"code": code, "message": "See the documentation.", "log_id": LOG_ID}
    return json_reply({"data": {}, "error": error}, status=status)


def _not_found(_asked: Asked) -> Reply:
    return html_reply(_TITLE, "Page not available", status=HTTPStatus.NOT_FOUND)
