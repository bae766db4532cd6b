"""Read one creator's feed: what is new in it is taken in, the oldest first."""

from dataclasses import dataclass
from datetime import datetime

from app.hub import connections
from app.hub.connections import Connection
from app.hub.intake import Intake
from app.hub.table import HubTable
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.display_api import ListedVideo, list_videos
from app.hub.tiktok.errors import AccessTokenRefusedError
from app.hub.tiktok.urls import VideoUrl
from app.scheduled_ingestion.access import Access

MOST_PAGES = 50
"""A thousand videos since the last run: more than anybody posts in 45 minutes."""


@dataclass(frozen=True, kw_only=True)
class Feeds:
    """All feeds; threads may share it."""

    table: HubTable
    intake: Intake
    tiktok: TikTokClient
    access: Access

    def read(self, connection: Connection, handle: str, moment: datetime) -> int:
        """Take in what is new and return how many. Raises NoAccessError, TikTokError, boto3's own.

        How far it got is remembered also when it fails in the middle: the next run goes on there.
        """
        token = self.access.token(connection, moment)
        try:
            new = self._new(connection, token)
        except AccessTokenRefusedError:
            # Revoked before its time, or the clocks differ.
            new = self._new(connection, self.access.refreshed(connection, moment))
        taken, newest = 0, 0
        try:
            for video in new:
                taken += self._take(connection.creator_id, handle, video, moment)
                newest = video.create_time
        finally:
            if newest:
                connections.advance(self.table, connection.creator_id, newest)
        return taken

    def _new(self, connection: Connection, token: str) -> list[ListedVideo]:
        """Oldest first; of a feed that was never read the newest page."""
        found: list[ListedVideo] = []
        cursor: int | None = None
        for _ in range(MOST_PAGES if connection.newest_seen else 1):
            page = list_videos(self.tiktok, token, cursor=cursor)
            # Two may be of the same second: what was taken already is known.
            new = [it for it in page.videos if it.create_time >= connection.newest_seen]
            found += new
            if len(new) < len(page.videos) or not page.has_more:
                break
            cursor = page.cursor
        return sorted(found, key=lambda video: video.create_time)

    def _take(self, creator_id: str, handle: str, video: ListedVideo, moment: datetime) -> bool:
        taken = self.intake.take(
            video_id=video.video_id,
            creator_id=creator_id,
            url=VideoUrl(video_id=video.video_id, handle=handle).url,
            source="feed",
            moment=moment,
        )
        return taken.to_do
