"""Who may do what, and how often: the first lines of the endpoints."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from app.hub import creators, videos
from app.hub.table import HubTable
from app.hub.videos import Video
from app.hub.web.api import Backend
from app.hub.web.auth import Principal, forbid_others
from app.hub.web.client_address import client_address
from app.hub.web.problems import Problem


def known(backend: Backend) -> Callable[..., Principal]:
    """For `Depends`: who asks, 401 when nobody is known, 429 when they ask too fast."""

    def asker(principal: Annotated[Principal, Depends(backend.auth.principal)]) -> Principal:
        backend.gate.request(principal.label)
        return principal

    return asker


def stranger(backend: Backend) -> Callable[[Request], None]:
    """For `Depends`: nobody is known yet; 429 by address, 503 when the stack is stopped."""

    def asked(request: Request) -> None:
        address = client_address(request, proxies=backend.settings.proxies)
        backend.gate.request(f"address:{address}")
        backend.gate.write()

    return asked


def creator_of(principal: Principal, named: str | None, table: HubTable) -> str:
    """The id of the creator that a video is posted for. Raises Problem 403, 404, 422."""
    if named is not None:
        forbid_others(principal, named)
    elif principal.kind == "creator":
        named = principal.id
    else:
        detail = "expected creator beside url, got none: a client says whose video it posts"
        raise Problem(422, "creator-missing", detail)
    if creators.find(table, named) is None:
        detail = "expected a creator who has signed in, got another: let them sign in first"
        raise Problem(404, "unknown-creator", detail)
    return named


def own_video(principal: Principal, video_id: str, table: HubTable) -> Video:
    """Raises Problem 404 for one that nobody has posted, 403 for another creator's."""
    video = videos.find(table, video_id)
    if video is None:
        detail = "expected a video that was posted, got another id: post the video first"
        raise Problem(404, "unknown-video", detail)
    forbid_others(principal, video.creator_id)
    return video
