"""A creator's access to TikTok: a token that is good, refreshed by one run at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.hub import connections
from app.hub.connections import Connection
from app.hub.table import HubTable
from app.hub.tiktok import oauth
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.errors import SignInAgainError, TikTokError
from app.hub.tiktok.oauth import TikTokApp
from app.hub.token_cipher import TokenCipher, sealed

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
            given = oauth.refresh(
                self.tiktok, self.app, self.cipher.open(creator_id, connection.tokens.refresh)
            )
        except SignInAgainError:
            connections.give_up(self.table, connection, "sign-in-again")
            raise
        except TikTokError:
            connections.unlock(self.table, connection)
            raise
        if not connections.refreshed(
            self.table, connection, sealed(self.cipher, creator_id, given, moment)
        ):
            raise NoAccessError("the creator has just signed in again: the next run goes on")
        return given.access_token
