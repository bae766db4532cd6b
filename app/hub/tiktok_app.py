"""The hub's TikTok app, from the secret `tiktok-client`."""

import json

from app.hub.tiktok.oauth import TikTokApp

NOT_SET = "not-set"
"""What the secret says until somebody puts what TikTok issued."""


class TikTokAppError(Exception):
    """The secret isn't what it should be; the text says what, got, why and what to do."""


def tiktok_app(secret: str, *, redirect_uri: str) -> TikTokApp | None:
    """From `{"client_key": …, "client_secret": …}`; None while it isn't set.

    Raises TikTokAppError for anything else.
    """
    try:
        given = json.loads(secret)
        key, client_secret = given["client_key"], given["client_secret"]
    except (ValueError, KeyError, TypeError):
        raise TikTokAppError(
            'tiktok-client: expected JSON with "client_key" and "client_secret", got none: '
            "TikTok knows the hub by them. Put both with `aws secretsmanager put-secret-value`."
        ) from None
    if NOT_SET in (key, client_secret):
        return None
    return TikTokApp(client_key=key, client_secret=client_secret, redirect_uri=redirect_uri)
