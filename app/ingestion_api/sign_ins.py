"""Sign-ins under way: each is good once, for ten minutes, in the browser that began it.

The table has the browser's secret as a hash: who can read the table can't take part in a sign-in.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.hub import keys
from app.hub.table import NEW, HubTable, Put
from app.hub.tiktok import oauth
from app.hub.tiktok.oauth import SignIn
from app.hub.times import epoch

VALID = timedelta(minutes=10)
STATE = r"^[A-Za-z0-9_-]{43}$"


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What TikTok gets to know, and what the browser keeps as a cookie."""

    sign_in: SignIn
    browser: str = field(repr=False)


def begin(table: HubTable, moment: datetime) -> Begun:
    """Remember a new sign-in."""
    begun = Begun(sign_in=oauth.begin(), browser=secrets.token_urlsafe(32))
    item = {
        **keys.sign_in(begun.sign_in.state),
        "codeVerifier": begun.sign_in.code_verifier,
        "browser": _hash(begun.browser),
        keys.EXPIRES_AT: epoch(moment + VALID),
    }
    table.write(Put(item=item, when=NEW))
    return begun


def take(table: HubTable, state: str, browser: str, moment: datetime) -> SignIn | None:
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
