"""Who asks: a creator, by a signed token, or a client of ours, by an API key."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

import jwt
from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from app.hub.secret_values import RotatingSecret
from app.hub.times import epoch
from app.hub.web.problems import Problem

ALGORITHM = "HS512"
ISSUER = "buylink"
VALID = timedelta(hours=12)
LEEWAY = timedelta(seconds=30)
"""Clocks differ."""

API_KEY_HEADER = "X-Api-Key"

_bearer = HTTPBearer(auto_error=False, description="A creator's token, from the sign-in")
_api_key = APIKeyHeader(name=API_KEY_HEADER, auto_error=False, description="A client's key")


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks; `id` is a creator's id, or a client's key id. A client acts for any creator."""

    kind: Literal["creator", "client"]
    id: str

    @property
    def label(self) -> str:
        """For limits: unique over both kinds."""
        return f"{self.kind}:{self.id}"

    def acts_for(self, creator_id: str) -> bool:
        """Whether something of this creator's is theirs to see and to change."""
        return self.kind == "client" or self.id == creator_id


def issue_token(
    signing_keys: RotatingSecret, creator_id: str, *, moment: datetime
) -> tuple[str, datetime]:
    """A creator's token, and until when it is good."""
    key, until = signing_keys.current(), moment + VALID
    claims = {"iss": ISSUER, "sub": creator_id, "iat": epoch(moment), "exp": epoch(until)}
    return jwt.encode(claims, key.value, algorithm=ALGORITHM, headers={"kid": key.id}), until


class Auth:
    """`Depends(auth.principal)` in an endpoint says who asks, or answers 401."""

    def __init__(self, *, signing_keys: RotatingSecret, api_keys: RotatingSecret) -> None:
        self._signing_keys = signing_keys
        self._api_keys = api_keys

    def principal(
        self,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
        api_key: Annotated[str | None, Security(_api_key)] = None,
    ) -> Principal:
        """Raises Problem 401."""
        if bearer is not None:
            return Principal(kind="creator", id=self._creator(bearer.credentials))
        if api_key is not None:
            return Principal(kind="client", id=self._client(api_key))
        raise _refused(f"expected a token or {API_KEY_HEADER}, got neither: sign in, or show a key")

    def _creator(self, token: str) -> str:
        try:
            key = self._signing_keys.key(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise _refused("expected a token of ours, got one with another key: sign in again")
            claims = jwt.decode(
                token,
                key.value,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "iat", "exp"]},
            )
        except jwt.ExpiredSignatureError:
            raise _refused(
                "expected a token that is good, got one that ended: sign in again"
            ) from None
        except jwt.InvalidTokenError:
            raise _refused("expected a token of ours, got another: sign in again") from None
        return claims["sub"]

    def _client(self, shown: str) -> str:
        text = shown.encode()
        key = self._api_keys.find(lambda known: hmac.compare_digest(text, known.value.encode()))
        if key is None:
            raise _refused("expected a key that is good, got another: ask for the current one")
        return key.id


def _refused(detail: str) -> Problem:
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


def forbid_others(principal: Principal, creator_id: str) -> None:
    """Raises Problem 403 when something isn't theirs."""
    if not principal.acts_for(creator_id):
        raise Problem(403, "forbidden", "expected something of yours, got another creator's")
