"""What the API takes and gives, as JSON: names in camelCase, moments in ISO 8601, UTC."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from app.hub import videos
from app.hub.tiktok.urls import LONGEST_URL
from app.hub.web.access import CREATOR_ID
from app.hub.web.openapi import Responses, refusals

VIDEO_ID = r"^[1-9][0-9]{0,19}$"

ContentType: TypeAlias = Literal["video/mp4", "video/quicktime", "video/webm"]
"""Of an upload."""

LARGEST_BYTES = 200_000_000


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid"
    )


class PostedVideo(_Model):
    """A TikTok video to take in."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL)] = Field(
        description="Any public form of a TikTok video's address, short links too",
        examples=["https://vm.tiktok.com/ZMabc1234/"],
    )
    creator: Annotated[str, StringConstraints(pattern=CREATOR_ID)] | None = Field(
        default=None, description="Whose it is; a creator's own token says it already"
    )


class VideoOut(_Model):
    """A video; `links` are the ids of those it shows a product of, `reason` says why it failed."""

    id: str
    creator: str
    url: str
    status: videos.Status
    reason: str | None
    source: videos.Source
    uploaded: bool
    queued_at: str
    caption: str
    links: tuple[str, ...]

    @classmethod
    def of(cls, video: videos.Video) -> Self:
        """As it is shown to its owner."""
        return cls(
            id=video.id,
            creator=video.creator_id,
            url=video.url,
            status=video.status,
            reason=video.reason,
            source=video.source,
            uploaded=video.media is not None,
            queued_at=video.queued_at,
            caption=video.caption,
            links=video.links,
        )


class WantedUpload(_Model):
    """The file that is to be uploaded, exactly so large."""

    content_type: ContentType
    size: int = Field(alias="bytes", strict=True, ge=1, le=LARGEST_BYTES)


class UploadOut(_Model):
    """Send a form to `url`: `fields` first, then the file as `file`, until the given moment.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    """

    url: str
    fields: dict[str, str]
    until: str


class SignedIn(_Model):
    """Send the token as `Authorization: Bearer <token>`; it is good until the given moment."""

    creator: str
    handle: str
    token: str
    until: str


READING = refusals(401, 403, 404, 422, 429, 503)
WRITING = READING | refusals(400, 413)

_LOCATION = {"Location": {"description": "The video's path", "schema": {"type": "string"}}}

TAKEN: Responses = {
    200: {"description": "It is known already", "model": VideoOut, "headers": _LOCATION},
    202: {"description": "It is queued", "headers": _LOCATION},
}
NOT_UPLOADED = refusals(409, _409="There is no upload, or the video changed meanwhile")
SIGN_IN: Responses = {
    302: {
        "description": "To TikTok; a cookie binds the sign-in to the browser",
        "headers": {
            "Location": {"schema": {"type": "string", "format": "uri"}},
            "Set-Cookie": {"schema": {"type": "string"}},
        },
    },
    **refusals(429, 503),
}
SIGNED_IN = refusals(
    400,
    403,
    422,
    429,
    502,
    503,
    _400="No sign-in of this browser's in the last ten minutes, or one that was used",
    _403="The creator didn't grant what was asked for",
    _502="TikTok took the hub's app for another",
)
