"""A webhook's signature: `t=<epoch seconds>,kid=<key id>,v1=<hex>` in `Buylink-Signature`.

`v1` is the HMAC-SHA256 of `<t>.<body>`, so that neither can be changed, by a key of the secret.
"""

import hashlib
import hmac
import re

from app.hub.secret_values import RotatingSecret, SecretKey

HEADER = "Buylink-Signature"
VALID_SECONDS = 300

_FORM = re.compile(r"t=([0-9]{1,12}),kid=([0-9a-f]{8}),v1=([0-9a-f]{64})")


class SignatureError(Exception):
    """A signature isn't good; the text says what, got, why and what to do."""


def signed_by(
    secret: RotatingSecret, signature: str | None, body: bytes, *, moment: float
) -> SecretKey:
    """The key that a body was signed with. Raises SignatureError, and what boto3 raises."""
    parts = _FORM.fullmatch(signature or "")
    if parts is None:
        raise SignatureError(f"{HEADER}: expected t=…,kid=…,v1=…, got another form or none")
    signed_at, key_id, shown = parts.groups()
    if abs(moment - int(signed_at)) > VALID_SECONDS:
        raise SignatureError(
            f"{HEADER}: expected one made at most {VALID_SECONDS} seconds ago, got another: "
            "sign anew, and check the clock"
        )
    key = secret.key(key_id)
    if key is None or not hmac.compare_digest(_signed(key.value, signed_at, body), shown):
        raise SignatureError(
            f"{HEADER}: expected the body signed with a key of ours, got something else: sign the "
            "very bytes that are sent, with the current key"
        )
    return key


def _signed(key: str, at: str, body: bytes) -> str:
    return hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
