"""TikTok sign-in for creators: OAuth 2 authorization code with state and PKCE (S256).

- https://developers.tiktok.com/doc/login-kit-web: authorize URL and callback. It documents `state`
  but no PKCE parameters.
- https://developers.tiktok.com/doc/login-kit-desktop: the only page that documents TikTok's
  `code_challenge`, and it is the hex of the SHA-256, not base64url as in RFC 7636. TikTok refuses
  RFC 7636's where it checks, so the web flow sends TikTok's.
- https://developers.tiktok.com/doc/oauth-user-access-token-management: codes and tokens.
- https://developers.tiktok.com/doc/oauth-error-handling: errors.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from app.hub.tiktok.answers import Answer, Response, json_object, shown
from app.hub.tiktok.client import API, TikTokClient
from app.hub.tiktok.errors import PermanentError, SignInAgainError, TikTokError, TransientError

AUTHORIZE_URL = "https://www.tiktok.com/v2/auth/authorize/"
TOKEN_URL = "https://open.tiktokapis.com/v2/oauth/token/"
SCOPES = ("user.info.basic", "user.info.profile", "video.list")

_WHAT = "TikTok sign-in"


@dataclass(frozen=True, kw_only=True)
class TikTokApp:
    """The app as registered with TikTok; its redirect URI is static, without query or fragment."""

    client_key: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A sign-in under way: keep both, bound to the browser, until the callback comes."""

    state: str = field(repr=False)
    code_verifier: str = field(repr=False)

    @property
    def code_challenge(self) -> str:
        """64 hexadecimal digits, as TikTok documents."""
        return hashlib.sha256(self.code_verifier.encode()).hexdigest()

    def is_answered_by(self, state: str) -> bool:
        """Whether a callback's state is this one's; takes as long whichever part differs."""
        return hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What TikTok issued; lifetimes in seconds from now. Documented: 2 hours and 180 days.

    Each refresh issues a new refresh token, and the old one stops working.
    """

    open_id: str
    scopes: tuple[str, ...]
    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str = field(repr=False)
    refresh_expires_in: int


def begin() -> SignIn:
    """A new sign-in with random state and verifier, 43 characters each."""
    return SignIn(state=secrets.token_urlsafe(32), code_verifier=secrets.token_urlsafe(32))


def authorize_url(client: TikTokClient, app: TikTokApp, sign_in: SignIn) -> str:
    """Where to send the creator's browser; TikTok sends it back to the redirect URI.

    There with `code`, `scopes` and `state`, or with `error`, `error_description` and `state`.
    """
    query = {
        "client_key": app.client_key,
        "response_type": "code",
        "scope": ",".join(SCOPES),
        "redirect_uri": app.redirect_uri,
        "state": sign_in.state,
        "code_challenge": sign_in.code_challenge,
        "code_challenge_method": "S256",
    }
    return client.browser_url(f"{AUTHORIZE_URL}?{urlencode(query)}")


def exchange_code(client: TikTokClient, app: TikTokApp, code: str, sign_in: SignIn) -> Tokens:
    """Tokens for a callback's code, URL-decoded; a code works once.

    Raises SignInAgainError when TikTok doesn't take the code, PermanentError, TransientError.
    """
    return _tokens(
        client,
        app,
        grant_type="authorization_code",
        code=code,
        redirect_uri=app.redirect_uri,
        code_verifier=sign_in.code_verifier,
    )


def refresh(client: TikTokClient, app: TikTokApp, refresh_token: str) -> Tokens:
    """New tokens for a refresh token, which stops working: store the new one before anything.

    Raises SignInAgainError when it is expired, revoked or used, PermanentError, TransientError.
    """
    return _tokens(client, app, grant_type="refresh_token", refresh_token=refresh_token)


def _tokens(client: TikTokClient, app: TikTokApp, **grant: str) -> Tokens:
    form = {"client_key": app.client_key, "client_secret": app.client_secret, **grant}
    response = client.send(
        _WHAT,
        TOKEN_URL,
        hosts=API,
        method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "no-cache"},
        body=urlencode(form, errors="replace").encode(),
    )
    answer = json_object(response)
    if "error" in answer:
        raise _refused(response, answer)
    if not response.is_ok:
        raise response.trouble()
    return Tokens(
        open_id=answer.text("open_id"),
        scopes=tuple(filter(None, (answer.optional_text("scope") or "").split(","))),
        access_token=answer.text("access_token"),
        expires_in=answer.whole_number("expires_in"),
        refresh_token=answer.text("refresh_token"),
        refresh_expires_in=answer.whole_number("refresh_expires_in"),
    )


def _refused(response: Response, answer: Answer) -> TikTokError:
    code = shown(answer.optional_text("error"))
    got = (
        f"{_WHAT}: expected tokens, got the error {code} "
        f"(log id {shown(answer.optional_text('log_id'))})"
    )
    match code:
        case "invalid_grant" | "access_denied":
            return SignInAgainError(
                f"{got}: the code or refresh token is expired, revoked or used. "
                "Let the creator sign in again.",
                what=_WHAT,
                status=response.status,
            )
        case "server_error" | "temporarily_unavailable":
            return TransientError(
                f"{got}: TikTok has trouble. Ask again later.", what=_WHAT, status=response.status
            )
        case _:
            return PermanentError(
                f"{got}: TikTok doesn't take the request. Compare the app's key, secret, redirect "
                "URI and scopes with its registration at https://developers.tiktok.com.",
                what=_WHAT,
                status=response.status,
            )


NOT_SET = "not-set"
"""What the secret says until somebody puts what TikTok issued."""


class TikTokAppError(Exception):
    """The secret isn't what it should be; the text says what, got, why and what to do."""


def tiktok_app(secret: str, *, redirect_uri: str) -> TikTokApp | None:
    """From `{"client_key": …, "client_secret": …}`; None while it isn't set.

    Raises TikTokAppError for anything else.
    """
    try:
        content = json.loads(secret)
        key, client_secret = content["client_key"], content["client_secret"]
    except (ValueError, KeyError, TypeError):
        raise TikTokAppError(
            'tiktok-client: expected JSON with "client_key" and "client_secret", got none: '
            "TikTok knows the hub by them. Put both with `aws secretsmanager put-secret-value`."
        ) from None
    if NOT_SET in (key, client_secret):
        return None
    return TikTokApp(client_key=key, client_secret=client_secret, redirect_uri=redirect_uri)
