"""A video's pictures, made into thumbnails and stored: frames of its upload, or else its cover."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.ai_worker.clip_source import DEFAULT_LIMITS
from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.media_error import MediaError
from app.ai_worker.pictures import read_picture
from app.ai_worker.thumbnails import CACHE_CONTROL, CONTENT_TYPE, Thumbnail, thumbnails
from app.hub.tiktok import oembed
from app.hub.tiktok.client import TikTokClient
from app.hub.videos import Video

CHUNK_BYTES = 256 * 1024
MOST_FRAMES = 4
"""Different pictures of one video; more products share them."""

Made: TypeAlias = tuple[Thumbnail, ...]
"""Of one picture."""


@dataclass(frozen=True, kw_only=True)
class VideoPictures:
    """Through a boto3 S3 client and TikTok's."""

    s3: Any
    tiktok: TikTokClient
    frames: FrameReader
    originals: str
    thumbnails: str

    def stored(self, video: Video, cover_url: str | None, wanted: int) -> list[dict[int, str]]:
        """At most `wanted` pictures, each as the keys of its thumbnails by width.

        None when it has neither an upload nor a cover. Raises MediaError, TikTokError and what
        boto3 raises. One thread at a time.
        """
        return [self._store(video.id, it) for it in self._made(video, cover_url, wanted)]

    def _made(self, video: Video, cover_url: str | None, wanted: int) -> Sequence[Made]:
        if video.media is not None:
            return self._frames(video.media, min(wanted, MOST_FRAMES))
        if cover_url is None:
            return []
        return [thumbnails(read_picture(oembed.fetch_cover(self.tiktok, cover_url)))]

    def _frames(self, media: str, count: int) -> Sequence[Made]:
        upload = self.s3.get_object(Bucket=self.originals, Key=media)
        size = upload["ContentLength"]
        if size > DEFAULT_LIMITS.size:
            upload["Body"].close()
            raise MediaError(
                f"video: expected at most {DEFAULT_LIMITS.size} bytes, got {size}: a clip is read "
                "on a small machine. Upload it shorter or in a lower resolution."
            )
        # A file in memory: the container's disk is read-only.
        with os.fdopen(os.memfd_create("upload"), "w+b") as clip:
            shutil.copyfileobj(upload["Body"], clip, CHUNK_BYTES)
            clip.flush()
            return self.frames.thumbnails(clip, count=count)

    def _store(self, video_id: str, made: Made) -> dict[int, str]:
        """The keys are hashes of the bytes: to store a picture twice changes nothing."""
        keys = {thumbnail.width: thumbnail.key(video_id) for thumbnail in made}
        for thumbnail in made:
            self.s3.put_object(
                Bucket=self.thumbnails,
                Key=keys[thumbnail.width],
                Body=thumbnail.body,
                ContentType=CONTENT_TYPE,
                CacheControl=CACHE_CONTROL,
            )
        return keys
