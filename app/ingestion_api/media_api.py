"""Uploads: a form to send a video's file with, and word that it was sent."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.hub.intake import Intake
from app.hub.times import now, stamp
from app.hub.web.api import Backend
from app.hub.web.auth import Principal
from app.hub.web.limits import QueueDepth
from app.hub.web.problems import Problem
from app.ingestion_api.models import NOT_UPLOADED, WRITING, UploadOut, VideoOut, WantedUpload
from app.ingestion_api.originals import LARGEST_BYTES, VALID, Original, Originals, key
from app.ingestion_api.videos_api import VideoId, own_video


def media_router(
    backend: Backend, intake: Intake, depth: QueueDepth, originals: Originals
) -> APIRouter:
    """`POST /v1/videos/{video_id}/media` and `.../media/complete`."""
    router = APIRouter(prefix="/v1/videos/{video_id}/media", tags=["media"])
    asker = Depends(backend.access.known)

    @router.post("", status_code=201, responses=WRITING)
    def begin_upload(
        video_id: VideoId, wanted: WantedUpload, principal: Annotated[Principal, asker]
    ) -> UploadOut:
        own_video(principal, video_id, backend.table)
        backend.gate.action(principal)
        until = now() + VALID
        url, fields = originals.form(video_id, wanted.content_type, wanted.size)
        return UploadOut(url=url, fields=fields, until=stamp(until))

    @router.post("/complete", status_code=202, responses=WRITING | NOT_UPLOADED)
    def complete_upload(video_id: VideoId, principal: Annotated[Principal, asker]) -> VideoOut:
        video = own_video(principal, video_id, backend.table)
        backend.gate.intake(depth)
        backend.gate.action(principal)
        _check(originals.find(video_id))
        taken = intake.take_upload(video, key(video_id), now())
        if not taken.to_do:
            detail = "expected the video as it was read, got it changed since: complete it again"
            raise Problem(409, "video-changed", detail)
        return VideoOut.of(taken.video)

    return router


def _check(original: Original | None) -> None:
    if original is None:
        detail = "expected an upload for this video, got none: send the file first, by the form"
        raise Problem(409, "not-uploaded", detail)
    if not original.is_allowed:
        detail = (
            f"expected a video of 1 to {LARGEST_BYTES} bytes, got {original.size} bytes or another "
            "type: upload it again, by a new form"
        )
        raise Problem(422, "upload-refused", detail)
