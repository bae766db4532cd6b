"""Loaded by schemathesis: signs what it sends to webhooks, as `SIGNING_KEY` and `SIGNING_KEY_ID` say."""

import hashlib
import hmac
import os
import time
from typing import Any

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

HEADER = "Buylink-Signature"


class Signed(AuthBase):
    """Over the bytes that are really sent."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        assert isinstance(body, str | bytes)
        content = body.encode() if isinstance(body, str) else body
        moment = str(int(time.time()))
        key = os.environ["SIGNING_KEY"].encode()
        digest = hmac.new(key, moment.encode() + b"." + content, hashlib.sha256).hexdigest()
        request.headers[HEADER] = f"t={moment},kid={os.environ['SIGNING_KEY_ID']},v1={digest}"
        return request


@schemathesis.hook
def before_call(
    _: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]
) -> None:
    """Only where the description asks for a signature."""
    schemes = [name for one in case.operation.definition.raw.get("security", []) for name in one]
    if "WebhookSignature" in schemes:
        kwargs["auth"] = Signed()
