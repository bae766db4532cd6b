"""TikTok's Display API, for creators who signed in: who they are, and their public videos.

- https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
- https://developers.tiktok.com/doc/tiktok-api-v2-video-list
- https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
- https://developers.tiktok.com/doc/tiktok-api-v2-rate-limit: 600 requests a minute to each
"""

import json
import re
from dataclasses import dataclass

from app.hub.tiktok.answers import Answer, Response, json_object, shown
from app.hub.tiktok.client import API, TikTokClient
from app.hub.tiktok.errors import (
    AccessTokenRefusedError,
    PermanentError,
    SignInAgainError,
    TikTokError,
    TransientError,
)
from app.hub.tiktok.urls import normal_handle

USER_INFO_URL = "https://open.tiktokapis.com/v2/user/info/"
VIDEO_LIST_URL = "https://open.tiktokapis.com/v2/video/list/"
LARGEST_PAGE = 20

_USER_FIELDS = ("open_id", "username", "display_name", "avatar_url")
_VIDEO_FIELDS = ("id", "create_time", "title", "video_description", "cover_image_url")
_USER_INFO = "TikTok user info"
_VIDEO_LIST = "TikTok video list"
_VIDEO_ID = re.compile(r"[1-9][0-9]{0,19}")


@dataclass(frozen=True, kw_only=True)
class User:
    """A creator: `username` is the handle, valid and in lower case."""

    open_id: str
    username: str
    display_name: str
    avatar_url: str | None


@dataclass(frozen=True, kw_only=True)
class ListedVideo:
    """A public video: posted at `create_time` (epoch seconds); the cover's URL lasts 6 hours."""

    video_id: str
    create_time: int
    caption: str
    cover_image_url: str | None


@dataclass(frozen=True, kw_only=True)
class VideoPage:
    """Newest first, maybe fewer than asked for.

    `cursor` (epoch milliseconds) gets the next page, if there is more.
    """

    videos: tuple[ListedVideo, ...]
    cursor: int | None
    has_more: bool


def user_info(client: TikTokClient, access_token: str) -> User:
    """Whose token it is. Scopes: user.info.basic, and user.info.profile for the username.

    Raises AccessTokenRefusedError (refresh it), SignInAgainError (a scope is missing),
    PermanentError and TransientError.
    """
    data = _ask(client, _USER_INFO, "GET", USER_INFO_URL, _USER_FIELDS, access_token)
    user = data.part("user")
    username = normal_handle(user.text("username"))
    if username is None:
        raise user.unexpected("a valid handle as username")
    return User(
        open_id=user.text("open_id"),
        username=username,
        display_name=user.optional_text("display_name") or username,
        avatar_url=user.optional_text("avatar_url"),
    )


def list_videos(
    client: TikTokClient,
    access_token: str,
    *,
    cursor: int | None = None,
    max_count: int = LARGEST_PAGE,
) -> VideoPage:
    """A page of the creator's videos posted before `cursor`, or of the newest. Scope: video.list.

    Raises as `user_info` does.
    """
    body = {"max_count": max_count} | ({} if cursor is None else {"cursor": cursor})
    data = _ask(client, _VIDEO_LIST, "POST", VIDEO_LIST_URL, _VIDEO_FIELDS, access_token, body)
    has_more = data.true_or_false("has_more")
    return VideoPage(
        videos=tuple(_listed(video) for video in data.parts("videos")),
        cursor=data.whole_number("cursor") if has_more else data.optional_whole_number("cursor"),
        has_more=has_more,
    )


def _listed(video: Answer) -> ListedVideo:
    video_id = video.text("id")
    if not _VIDEO_ID.fullmatch(video_id):
        raise video.unexpected("decimal ids")
    return ListedVideo(
        video_id=video_id,
        create_time=video.whole_number("create_time"),
        caption=video.optional_text("video_description") or video.optional_text("title") or "",
        cover_image_url=video.optional_text("cover_image_url"),
    )


def _ask(
    client: TikTokClient,
    what: str,
    method: str,
    url: str,
    fields: tuple[str, ...],
    access_token: str,
    body: dict[str, int] | None = None,
) -> Answer:
    """The answer's `data`."""
    response = client.send(
        what,
        f"{url}?fields={','.join(fields)}",
        hosts=API,
        method=method,
        headers={"Authorization": f"Bearer {access_token}", "Content-Type": "application/json"},
        body=None if body is None else json.dumps(body).encode(),
    )
    answer = json_object(response)
    error = answer.part("error")
    if error.optional_text("code") != "ok":
        raise _refused(response, error)
    if not response.is_ok:
        raise response.trouble()
    return answer.part("data")


def _refused(response: Response, error: Answer) -> TikTokError:
    code = shown(error.optional_text("code"))
    got = (
        f"{response.what}: expected data, got the error {code} "
        f"(log id {shown(error.optional_text('log_id'))})"
    )
    what, status = response.what, response.status
    match code:
        case "access_token_invalid":
            return AccessTokenRefusedError(
                f"{got}: the access token is expired or revoked. Refresh it and ask once more.",
                what=what,
                status=status,
            )
        case "scope_not_authorized" | "scope_permission_missed":
            return SignInAgainError(
                f"{got}: the creator hasn't granted this. Let the creator sign in again and grant "
                "everything asked for.",
                what=what,
                status=status,
            )
        case "rate_limit_exceeded" | "internal_error":
            return TransientError(
                f"{got}: TikTok is busy or has trouble. Ask again later.", what=what, status=status
            )
        case _:
            return PermanentError(
                f"{got}: TikTok doesn't take the request. Compare its documentation; asking the "
                "same again won't help.",
                what=what,
                status=status,
            )
