"""Uploads: a form by which a browser sends a video's file to S3, and word that it was sent."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, get_args

from botocore.exceptions import ClientError
from fastapi import APIRouter, Depends

from app.hub.clients import Client
from app.hub.intake import Intake
from app.hub.times import now, stamp
from app.hub.web.api import Backend
from app.hub.web.auth import Principal
from app.hub.web.limits import QueueDepth
from app.hub.web.problems import Problem
from app.ingestion_api.models import (
    LARGEST_BYTES,
    NOT_UPLOADED,
    WRITING,
    ContentType,
    UploadOut,
    VideoOut,
    WantedUpload,
)
from app.ingestion_api.videos_api import VideoId, own_video

VALID = timedelta(minutes=10)

# Who may read objects but not list them is told 403 of one that isn't there.
_ABSENT = {"404", "403"}


@dataclass(frozen=True, kw_only=True)
class Original:
    """An upload that is there; its size is in bytes."""

    size: int
    content_type: str

    @property
    def is_allowed(self) -> bool:
        """Whether it is of a size and type that an upload may have."""
        return 0 < self.size <= LARGEST_BYTES and self.content_type in get_args(ContentType)


class Originals:
    """Through a boto3 S3 client; each method raises what the client raises."""

    def __init__(self, s3: Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def form(
        self, video_id: str, content_type: ContentType, size: int
    ) -> tuple[str, dict[str, str]]:
        """Where to send a form, and its fields: for one key, type and size; good ten minutes.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        """
        fixed = {"Content-Type": content_type}
        form = self._s3.generate_presigned_post(
            self._bucket,
            key(video_id),
            Fields=fixed,
            Conditions=[fixed, ["content-length-range", size, size]],
            ExpiresIn=int(VALID.total_seconds()),
        )
        return form["url"], form["fields"]

    def find(self, video_id: str) -> Original | None:
        """What was uploaded for a video."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key(video_id))
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return None
            raise
        return Original(size=head["ContentLength"], content_type=head["ContentType"])


def key(video_id: str) -> str:
    """Where a video's upload is."""
    return f"originals/{video_id}"


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
