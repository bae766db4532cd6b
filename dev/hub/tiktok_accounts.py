"""Who signed in with the stand-in for TikTok: codes, tokens, and what each may still do.

As documented: a code works once, and only with its redirect URI and code verifier; a refresh
issues a new refresh token, and the one before stops working.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TypedDict

ACCESS_SECONDS = 7_200
REFRESH_SECONDS = 15_552_000
LOG_ID = "20260101000000STANDIN"

JsonAnswer = tuple[int, Mapping[str, object]]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a creator granted: comma-separated scopes, and what the code is bound to."""

    open_id: str
    scope: str
    redirect_uri: str = ""
    code_challenge: str = ""


class Tokens(TypedDict):
    """As the token endpoint answers them; times are seconds."""

    access_token: str
    expires_in: int
    open_id: str
    refresh_expires_in: int
    refresh_token: str
    scope: str
    token_type: str


class Accounts:
    """Codes and tokens that are valid now; may be used from several threads."""

    def __init__(self, client_key: str, client_secret: str) -> None:
        self.client_key = client_key
        self.client_secret = client_secret
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._lock = Lock()

    def issue_code(self, grant: Grant) -> str:
        """A new authorization code."""
        code = f"{secrets.token_urlsafe(24)}*0!6410"
        self._codes[code] = grant
        return code

    def issue_tokens(self, grant: Grant) -> Tokens:
        """New tokens, as the token endpoint answers them."""
        access, refresh = (f"{kind}.{secrets.token_urlsafe(24)}!6393" for kind in ("act", "rft"))
        self._access[access] = self._refresh[refresh] = grant
        return {
            "access_token": access,
            "expires_in": ACCESS_SECONDS,
            "open_id": grant.open_id,
            "refresh_expires_in": REFRESH_SECONDS,
            "refresh_token": refresh,
            "scope": grant.scope,
            "token_type": "Bearer",
        }

    def granted(self, access_token: str) -> Grant | None:
        """What an access token grants; None when it is none, or expired."""
        return self._access.get(access_token)

    def expire_access_tokens(self) -> None:
        """As after two hours."""
        self._access.clear()

    def expire_refresh_tokens(self) -> None:
        """As after 180 days, or when everybody took their grant back."""
        self._refresh.clear()

    def token_answer(self, form: Mapping[str, str]) -> JsonAnswer:
        """Status and body of POST /v2/oauth/token/."""
        client = form.get("client_key"), form.get("client_secret")
        if client != (self.client_key, self.client_secret):
            return _error("invalid_client", "Client key or secret is incorrect.")
        with self._lock:
            match form.get("grant_type"):
                case "authorization_code":
                    return self._exchanged(form)
                case "refresh_token":
                    return self._refreshed(form)
                case _:
                    return _error("unsupported_grant_type", "Grant type is not supported.")

    def _exchanged(self, form: Mapping[str, str]) -> JsonAnswer:
        grant = self._codes.pop(form.get("code", ""), None)
        if grant is None:
            return _error("invalid_grant", "Authorization code is expired.")
        if form.get("redirect_uri") != grant.redirect_uri:
            return _error("invalid_grant", "Redirect URI does not match.")
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).hexdigest()
        if grant.code_challenge and challenge != grant.code_challenge:
            return _error("invalid_request", "Code verifier or code challenge is invalid.")
        return HTTPStatus.OK, self.issue_tokens(grant)

    def _refreshed(self, form: Mapping[str, str]) -> JsonAnswer:
        grant = self._refresh.pop(form.get("refresh_token", ""), None)
        if grant is None:
            return _error("invalid_grant", "Refresh token is invalid or expired.")
        return HTTPStatus.OK, self.issue_tokens(grant)


def _error(code: str, description: str) -> JsonAnswer:
    return HTTPStatus.BAD_REQUEST, {
        "error": code,
        "error_description": description,
        "log_id": LOG_ID,
    }
