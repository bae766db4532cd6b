"""What the service asks TikTok: a few requests at a time, and troubles as problem documents."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from threading import BoundedSemaphore

from app.hub.structured_log import fields
from app.hub.tiktok import display_api, oauth, public_pages
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.display_api import User
from app.hub.tiktok.errors import PermanentError, SignInAgainError, TransientError
from app.hub.tiktok.oauth import SCOPES, SignIn, TikTokApp, Tokens
from app.hub.tiktok.urls import ShortLink, UrlError, VideoUrl, parse
from app.hub.web.problems import Problem, later

AT_ONCE = 10
"""Of the 40 threads that requests run in: while TikTok is slow, the others go on."""

READ_SECONDS = 3.0
ANSWER_SECONDS = 5.0
"""Shorter than elsewhere: somebody waits, at most for a short link's six requests."""

RETRY_SECONDS = 30

logger = logging.getLogger(__name__)


class TikTokCalls:
    """Each method raises Problem, whatever goes wrong; threads may share it."""

    def __init__(self, endpoint_url: str | None = None) -> None:
        """Raises SettingsError for an endpoint that isn't on loopback."""
        self._client = TikTokClient(
            endpoint_url, read_seconds=READ_SECONDS, answer_seconds=ANSWER_SECONDS
        )
        self._slots = BoundedSemaphore(AT_ONCE)

    def video(self, link: VideoUrl | ShortLink) -> VideoUrl:
        """The video that a link leads to; 422 when it leads to none."""
        if isinstance(link, VideoUrl):
            return link
        with self._asking():
            try:
                return public_pages.resolve(self._client, link)
            except PermanentError as error:
                raise _no_video(str(error)) from None

    def authorize_url(self, app: TikTokApp, sign_in: SignIn) -> str:
        """Where a creator's browser goes to sign in; nobody is asked."""
        return oauth.authorize_url(self._client, app, sign_in)

    def signed_in(self, app: TikTokApp, code: str, sign_in: SignIn) -> tuple[Tokens, User]:
        """Tokens for a callback's code, and whose they are.

        403 when the creator has to sign in again, 502 when TikTok takes the app for another.
        """
        with self._asking():
            try:
                tokens = oauth.exchange_code(self._client, app, code, sign_in)
                if not set(SCOPES) <= set(tokens.scopes):
                    raise _again("everything that is asked for has to be granted")
                user = display_api.user_info(self._client, tokens.access_token)
            except SignInAgainError as error:
                raise _again(str(error)) from None
            except PermanentError as error:
                logger.error("sign-in failed: %s", error)
                detail = "expected TikTok to tell who signed in, got a refusal; it was logged"
                raise Problem(502, "tiktok-refused", detail) from None
        if user.open_id != tokens.open_id:
            raise Problem(502, "tiktok-refused", "expected one creator of TikTok, got two")
        return tokens, user

    @contextmanager
    def _asking(self) -> Generator[None]:
        if not self._slots.acquire(blocking=False):
            detail = f"expected fewer than {AT_ONCE} requests that wait for TikTok, got as many"
            raise later(503, "tiktok-busy", f"{detail}: try again", seconds=RETRY_SECONDS)
        try:
            yield
        except TransientError as error:
            logger.warning("%s", error, extra=fields(status=error.status))
            seconds = error.retry_after or RETRY_SECONDS
            raise later(503, "tiktok-unavailable", str(error), seconds=seconds) from None
        finally:
            self._slots.release()


def read_link(url: str) -> VideoUrl | ShortLink:
    """What somebody posted, read without asking anybody. Raises Problem 422."""
    try:
        return parse(url)
    except UrlError as error:
        raise _no_video(str(error)) from None


def _no_video(detail: str) -> Problem:
    return Problem(422, "no-tiktok-video", detail)


def _again(why: str) -> Problem:
    detail = f"expected a sign-in that TikTok confirms, got none: {why}"
    return Problem(403, "sign-in-again", detail)
