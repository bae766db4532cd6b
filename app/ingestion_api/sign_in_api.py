"""Creators sign in with TikTok: OAuth 2 authorization code with state and PKCE.

https://www.rfc-editor.org/rfc/rfc9700 says what each check is for. A sign-in that has begun is good
once, for ten minutes, in the browser that began it. The table has the browser's secret as a hash:
who can read the table can't take part in a sign-in.
"""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Query, Response
from fastapi.responses import RedirectResponse

from app.hub import connections, creators, keys
from app.hub.connections import TokenCipher, sealed
from app.hub.creators import Creator
from app.hub.secret_values import RotatingSecret
from app.hub.table import NEW, HubTable, Put
from app.hub.tiktok import oauth
from app.hub.tiktok.oauth import SignIn, TikTokApp, TikTokAppError, tiktok_app
from app.hub.times import epoch, now, stamp
from app.hub.web.api import Backend
from app.hub.web.auth import issue_token
from app.hub.web.problems import Problem, later
from app.ingestion_api.models import SIGN_IN, SIGNED_IN, SignedIn
from app.ingestion_api.tiktok_calls import TikTokCalls

SIGN_IN_VALID = timedelta(minutes=10)
STATE = r"^[A-Za-z0-9_-]{43}$"


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What TikTok gets to know, and what the browser keeps as a cookie."""

    sign_in: SignIn
    browser: str = field(repr=False)


def new_sign_in(table: HubTable, moment: datetime) -> Begun:
    """Remember a new sign-in."""
    begun = Begun(sign_in=oauth.begin(), browser=secrets.token_urlsafe(32))
    item = {
        **keys.sign_in(begun.sign_in.state),
        "codeVerifier": begun.sign_in.code_verifier,
        "browser": _hash(begun.browser),
        keys.EXPIRES_AT: epoch(moment + SIGN_IN_VALID),
    }
    table.write(Put(item=item, when=NEW))
    return begun


def take_sign_in(table: HubTable, state: str, browser: str, moment: datetime) -> SignIn | None:
    """The sign-in that a callback's state and cookie belong to.

    None when there is none, it is too old, or another browser's; it is gone in any case.
    """
    item = table.take(keys.sign_in(state))
    if item is None or item[keys.EXPIRES_AT] < epoch(moment):
        return None
    if not hmac.compare_digest(item["browser"], _hash(browser)):
        return None
    return SignIn(state=state, code_verifier=item["codeVerifier"])


def _hash(browser: str) -> str:
    return hashlib.sha256(browser.encode(errors="replace")).hexdigest()


PATH = "/v1/sign-in/tiktok"
CALLBACK = "/callback"
COOKIE = "__Host-buylink-sign-in"
"""Browsers keep it only from us, over TLS, for all paths: no other host can plant one.
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes"""

_RETRY_SECONDS = 300

logger = logging.getLogger(__name__)


def sign_in_router(
    backend: Backend, secret: RotatingSecret, cipher: TokenCipher, tiktok: TikTokCalls
) -> APIRouter:
    """`GET /v1/sign-in/tiktok` and its callback; `secret` has the TikTok app."""
    router = APIRouter(prefix=PATH, tags=["sign-in"], dependencies=[Depends(backend.access.anyone)])

    def app() -> TikTokApp:
        redirect_uri = f"{backend.settings.public_url}{PATH}{CALLBACK}"
        try:
            hub_app = tiktok_app(secret.current().value, redirect_uri=redirect_uri)
        except TikTokAppError as error:
            logger.error("%s", error)
            hub_app = None
        if hub_app is None:
            detail = "expected a hub that TikTok knows, got one that isn't set up yet: try later"
            raise later(503, "sign-in-not-set-up", detail, seconds=_RETRY_SECONDS)
        return hub_app

    @router.get("", status_code=302, response_class=RedirectResponse, responses=SIGN_IN)
    def begin_sign_in() -> RedirectResponse:
        ours = app()
        begun = new_sign_in(backend.table, now())
        there = RedirectResponse(
            tiktok.authorize_url(ours, begun.sign_in), 302, {"Cache-Control": "no-store"}
        )
        _set_cookie(there, begun.browser, SIGN_IN_VALID)
        return there

    @router.get(CALLBACK, responses=SIGNED_IN)
    def end_sign_in(
        response: Response,
        state: Annotated[str, Query(pattern=STATE)],
        code: Annotated[str, Query(max_length=2048)] = "",
        error: Annotated[str, Query(max_length=200)] = "",
        browser: Annotated[str, Cookie(alias=COOKIE, max_length=200)] = "",
    ) -> SignedIn:
        moment = now()
        sign_in = take_sign_in(backend.table, state, browser, moment)
        if sign_in is None:
            raise _unknown()
        if error or not code:
            raise _denied() if error == "access_denied" else _failed()
        tokens, user = tiktok.signed_in(app(), code, sign_in)
        creator = Creator(
            id=creators.id_of(tokens.open_id),
            handle=user.username,
            display_name=user.display_name,
            created_at=stamp(moment),
        )
        creators.save(backend.table, creator)
        connections.connect(backend.table, creator.id, sealed(cipher, creator.id, tokens, moment))
        token, until = issue_token(backend.signing_keys, creator.id, moment=moment)
        _set_cookie(response, "", timedelta(0))
        return SignedIn(creator=creator.id, handle=creator.handle, token=token, until=stamp(until))

    return router


def _set_cookie(response: Response, value: str, kept: timedelta) -> None:
    # Lax: the browser sends it along when TikTok redirects back, and with no other site's form.
    response.set_cookie(
        COOKIE,
        value,
        max_age=int(kept.total_seconds()),
        secure=True,
        httponly=True,
        samesite="lax",
    )


def _unknown() -> Problem:
    detail = (
        "expected a sign-in that this browser began in the last ten minutes, got none: it may be "
        f"too old, or used already. Begin again at {PATH}"
    )
    return Problem(400, "unknown-sign-in", detail)


def _denied() -> Problem:
    detail = f"expected the creator's consent, got a denial: begin again at {PATH} to grant it"
    return Problem(403, "consent-denied", detail)


def _failed() -> Problem:
    detail = f"expected a code from TikTok, got an error: begin again at {PATH}"
    return Problem(400, "sign-in-failed", detail)
