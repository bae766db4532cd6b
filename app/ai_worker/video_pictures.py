"""A video's pictures, made into thumbnails and stored: frames of its upload, or else its cover."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL.Image import Image

from app.ai_worker.clip_source import DEFAULT_LIMITS
from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.media_error import MediaError
from app.ai_worker.pictures import read_picture
from app.ai_worker.thumbnails import CACHE_CONTROL, CONTENT_TYPE, thumbnails
from app.hub.tiktok import oembed
from app.hub.tiktok.client import TikTokClient
from app.hub.videos import Video

MOST_FRAMES = 4
"""Different pictures of one video; more products share them."""


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
        return [self._store(video.id, it) for it in self._pictures(video, cover_url, wanted)]

    def _pictures(self, video: Video, cover_url: str | None, wanted: int) -> Sequence[Image]:
        if video.media is not None:
            return self._frames(video.media, min(wanted, MOST_FRAMES))
        if cover_url is None:
            return []
        return [read_picture(oembed.fetch_cover(self.tiktok, cover_url))]

    def _frames(self, media: str, count: int) -> list[Image]:
        size = self.s3.head_object(Bucket=self.originals, Key=media)["ContentLength"]
        if size > DEFAULT_LIMITS.size:
            raise MediaError(
                f"video: expected at most {DEFAULT_LIMITS.size} bytes, got {size}: a clip is read "
                "on a small machine. Upload it shorter or in a lower resolution."
            )
        # A file in memory: the container's disk is read-only.
        with os.fdopen(os.memfd_create("upload"), "w+b") as clip:
            self.s3.download_fileobj(self.originals, media, clip)
            return [it.image for it in self.frames.key_frames(clip, count=count)]

    def _store(self, video_id: str, picture: Image) -> dict[int, str]:
        """The keys are hashes of the bytes: to store a picture twice changes nothing."""
        made = thumbnails(video_id, picture)
        for thumbnail in made:
            self.s3.put_object(
                Bucket=self.thumbnails,
                Key=thumbnail.key,
                Body=thumbnail.body,
                ContentType=CONTENT_TYPE,
                CacheControl=CACHE_CONTROL,
            )
        return {thumbnail.width: thumbnail.key for thumbnail in made}
