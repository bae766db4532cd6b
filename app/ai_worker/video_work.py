"""What is done with a video: find its products, make its thumbnails, write both down at once."""

import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.frames import DEFAULT_LIMITS
from app.ai_worker.pictures import (
    CACHE_CONTROL,
    CONTENT_TYPE,
    MediaError,
    Thumbnail,
    read_picture,
    thumbnails,
)
from app.ai_worker.product_finder import Caption, Product, ProductFinder
from app.hub import links, videos
from app.hub.clients import Client
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.metrics import Metrics
from app.hub.mode import GuardMode
from app.hub.structured_log import fields
from app.hub.table import ConditionFailedError, HubTable, Write
from app.hub.tiktok import public_pages
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.errors import NoSuchVideoError, PermanentError
from app.hub.tiktok.public_pages import Embed
from app.hub.tiktok.urls import VideoUrl
from app.hub.times import now, stamp
from app.hub.videos import Video

CHUNK_BYTES = 256 * 1024
MOST_FRAMES = 4
"""Different pictures of one video; more products share them."""

Picture: TypeAlias = tuple[Thumbnail, ...]
"""Of one picture, its thumbnails."""


@dataclass(frozen=True, kw_only=True)
class VideoPictures:
    """Through a boto3 S3 client and TikTok's."""

    s3: Client
    tiktok: TikTokClient
    frames: FrameReader
    originals: str
    thumbnails: str

    def stored(self, video: Video, cover_url: str | None, wanted: int) -> list[dict[int, str]]:
        """At most `wanted` pictures, each as the keys of its thumbnails by width.

        None when it has neither an upload nor a cover. Raises MediaError, TikTokError and what
        boto3 raises. One thread at a time.
        """
        return [
            self._store(video.id, picture) for picture in self._pictures(video, cover_url, wanted)
        ]

    def _pictures(self, video: Video, cover_url: str | None, wanted: int) -> Sequence[Picture]:
        if video.media is not None:
            return self._frames(video.media, min(wanted, MOST_FRAMES))
        if cover_url is None:
            return []
        return [thumbnails(read_picture(public_pages.fetch_cover(self.tiktok, cover_url)))]

    def _frames(self, media: str, count: int) -> Sequence[Picture]:
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

    def _store(self, video_id: str, picture: Picture) -> dict[int, str]:
        """The keys are hashes of the bytes: to store a picture twice changes nothing."""
        keys = {thumbnail.width: thumbnail.key(video_id) for thumbnail in picture}
        for thumbnail in picture:
            self.s3.put_object(
                Bucket=self.thumbnails,
                Key=keys[thumbnail.width],
                Body=thumbnail.body,
                ContentType=CONTENT_TYPE,
                CacheControl=CACHE_CONTROL,
            )
        return keys


logger = logging.getLogger(__name__)


class UnusableError(Exception):
    """This video will never show anything; the text is the reason, one word of ours."""


@dataclass(frozen=True, kw_only=True)
class VideoWork:
    """Call it with a video's id. It raises what may pass: the message then comes again.

    What won't pass ends the video as failed. Done twice, or for a video that was queued anew in the
    meantime, it changes nothing: links and thumbnails have the same names, and the one transaction
    is for the revision that was read.
    """

    table: HubTable
    tiktok: TikTokClient
    finder: ProductFinder
    pictures: VideoPictures
    mode: GuardMode
    metrics: Metrics

    def __call__(self, video_id: str) -> None:
        video = videos.find(self.table, video_id)
        if video is None or not video.to_do:
            logger.info("nothing to do", extra=fields(video=video_id))
            return
        try:
            written = self._finish(video)
        except NoSuchVideoError:
            self._fail(video, "no-such-video")
        except PermanentError as error:
            logger.warning("%s", error, extra=fields(video=video.id))
            self._fail(video, "tiktok-refused")
        except MediaError as error:
            logger.warning("%s", error, extra=fields(video=video.id))
            self._fail(video, "unusable-media")
        except UnusableError as error:
            self._fail(video, str(error))
        else:
            if written:
                self.metrics.count("VideosDone")

    def give_up(self, video_id: str, error: BaseException) -> None:
        """It failed at each try, at last with this error: say so, until its message comes back."""
        video = videos.find(self.table, video_id)
        if video is not None and video.to_do:
            kind = type(error)
            self._fail(video, videos.GAVE_UP, error=f"{kind.__module__}.{kind.__qualname__}")

    def _finish(self, video: Video) -> bool:
        """Whether it was this work that ended it."""
        creator, own_links = links.page(self.table, video.creator_id)
        if creator is None:
            raise UnusableError("no-such-creator")
        url = VideoUrl(video_id=video.id, handle=creator.handle)
        embed = public_pages.read_embed(self.tiktok, url)
        if embed.author_handle != creator.handle:
            raise UnusableError("not-the-creators-video")
        active_links = tuple(
            Product(title=link.title, url=link.url, hashtags=link.hashtags)
            for link in own_links
            if link.active
        )
        products = self.finder.find(Caption(text=embed.title, own_links=active_links))
        shown = _shown(creator, products, own_links)
        thumbnails = self._thumbnails(video, embed, len(shown))
        writes: list[Write] = [
            videos.finished(video, caption=embed.title, links=[link.id for link in shown]),
            *(
                links.shown_in(link, video.id, thumbnails[place % len(thumbnails)])
                if thumbnails
                else links.shown_in(link, video.id, None)
                for place, link in enumerate(shown)
            ),
        ]
        try:
            self.table.write_all(writes)
        except ConditionFailedError:
            logger.info("done by another, or queued anew", extra=fields(video=video.id))
            return False
        logger.info("done", extra=fields(video=video.id, links=len(shown)))
        return True

    def _thumbnails(self, video: Video, embed: Embed, wanted: int) -> Sequence[dict[int, str]]:
        if not wanted:
            return []
        if self.mode.current() != "normal":
            logger.info("thumbnails are paused by the guard", extra=fields(video=video.id))
            return []
        return self.pictures.stored(video, embed.thumbnail_url, wanted)

    def _fail(self, video: Video, reason: str, *, error: str | None = None) -> None:
        if videos.fail(self.table, video, reason, error=error):
            self.metrics.count("VideosFailed")
            logger.info("failed", extra=fields(video=video.id, reason=reason))


def _shown(creator: Creator, products: Sequence[Product], own_links: Sequence[Link]) -> list[Link]:
    """The link of each product: the creator's own of that address, or a new one."""
    known = {link.url: link for link in own_links}
    moment = stamp(now())
    shown = [
        known.get(product.url)
        or Link(
            id=links.found_id(creator.id, product.url),
            creator_id=creator.id,
            url=product.url,
            title=product.title,
            source="found",
            created_at=moment,
            hashtags=tuple(product.hashtags),
        )
        for product in products
    ]
    return list({link.id: link for link in shown}.values())
