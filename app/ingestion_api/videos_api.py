"""Videos: posted, and asked for."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Path, Response

from app.hub import creators, videos
from app.hub.intake import Intake
from app.hub.table import HubTable
from app.hub.times import now
from app.hub.videos import Video
from app.hub.web.api import Backend
from app.hub.web.auth import Principal, forbid_others
from app.hub.web.limits import QueueDepth
from app.hub.web.problems import Problem
from app.ingestion_api.models import READING, TAKEN, VIDEO_ID, WRITING, PostedVideo, VideoOut
from app.ingestion_api.tiktok_calls import TikTokCalls, read_link

VideoId: TypeAlias = Annotated[str, Path(pattern=VIDEO_ID, description="TikTok's id of a video")]


def videos_router(
    backend: Backend, intake: Intake, depth: QueueDepth, tiktok: TikTokCalls
) -> APIRouter:
    """`POST /v1/videos` and `GET /v1/videos/{video_id}`."""
    router = APIRouter(prefix="/v1/videos", tags=["videos"])
    asker = Depends(backend.access.known)

    @router.post("", status_code=202, responses=WRITING | TAKEN)
    def post_video(
        posted: PostedVideo, response: Response, principal: Annotated[Principal, asker]
    ) -> VideoOut:
        link = read_link(posted.url)
        creator_id = creator_of(principal, posted.creator, backend.table)
        backend.gate.intake(depth)
        backend.gate.action(principal)
        video = tiktok.video(link)
        taken = intake.take(
            video_id=video.video_id,
            creator_id=creator_id,
            url=video.url,
            source="posted",
            moment=now(),
        )
        if taken.to_do:
            backend.metrics.count("VideosTaken")
        else:
            forbid_others(principal, taken.video.creator_id)
            response.status_code = 200
        response.headers["Location"] = f"/v1/videos/{taken.video.id}"
        return VideoOut.of(taken.video)

    @router.get("/{video_id}", responses=READING)
    def read_video(video_id: VideoId, principal: Annotated[Principal, asker]) -> VideoOut:
        return VideoOut.of(own_video(principal, video_id, backend.table))

    return router


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
