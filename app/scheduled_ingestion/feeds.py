"""Read one creator's feed: what is new in it is taken in, the oldest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.hub import connections
from app.hub.connections import Connection, TokenCipher, sealed
from app.hub.intake import Intake
from app.hub.table import HubTable
from app.hub.tiktok import oauth
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.display_api import ListedVideo, list_videos
from app.hub.tiktok.errors import AccessTokenRefusedError, SignInAgainError, TikTokError
from app.hub.tiktok.oauth import TikTokApp
from app.hub.tiktok.urls import VideoUrl

SPARE = timedelta(minutes=5)
"""A token that ends sooner is refreshed before it is used."""

LOCKED = timedelta(minutes=2)
"""Longer than a refresh may take; a run that died at it holds up the next no longer."""


class NoAccessError(Exception):
    """This creator's feed can't be asked now; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """Tokens of all creators; threads may share it. Methods raise what boto3 raises besides."""

    table: HubTable
    cipher: TokenCipher
    tiktok: TikTokClient
    app: TikTokApp

    def token(self, connection: Connection, moment: datetime) -> str:
        """An access token that is good for a while. Raises NoAccessError and TikTokError."""
        tokens = connection.tokens
        if tokens.access_until - SPARE > moment:
            return self.cipher.open(connection.creator_id, tokens.access)
        return self.refreshed(connection, moment)

    def refreshed(self, connection: Connection, moment: datetime) -> str:
        """A new access token. Raises NoAccessError and TikTokError.

        A refresh token is good once: only who has the lock uses it, and what comes back is kept
        before anything else is done with it.
        """
        creator_id = connection.creator_id
        if connection.tokens.refresh_until <= moment:
            connections.give_up(self.table, connection, "refresh-token-expired")
            raise NoAccessError("the refresh token has expired: the creator has to sign in again")
        if not connections.lock(self.table, connection, moment=moment, until=moment + LOCKED):
            raise NoAccessError("another run refreshes the tokens: the next run goes on")
        try:
            tokens = oauth.refresh(
                self.tiktok, self.app, self.cipher.open(creator_id, connection.tokens.refresh)
            )
        except SignInAgainError:
            connections.give_up(self.table, connection, "sign-in-again")
            raise
        except TikTokError:
            connections.unlock(self.table, connection)
            raise
        if not connections.refreshed(
            self.table, connection, sealed(self.cipher, creator_id, tokens, moment)
        ):
            raise NoAccessError("the creator has just signed in again: the next run goes on")
        return tokens.access_token


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
        videos: list[ListedVideo] = []
        cursor: int | None = None
        for _ in range(MOST_PAGES if connection.newest_seen else 1):
            page = list_videos(self.tiktok, token, cursor=cursor)
            # Two may be of the same second: what was taken already is known.
            new = [video for video in page.videos if video.create_time >= connection.newest_seen]
            videos += new
            if len(new) < len(page.videos) or not page.has_more:
                break
            cursor = page.cursor
        return sorted(videos, key=lambda video: video.create_time)

    def _take(self, creator_id: str, handle: str, video: ListedVideo, moment: datetime) -> bool:
        taken = self.intake.take(
            video_id=video.video_id,
            creator_id=creator_id,
            url=VideoUrl(video_id=video.video_id, handle=handle).url,
            source="feed",
            moment=moment,
        )
        return taken.to_do
