"""`POST /v1/conversions`: shops and networks say what was sold, and sign it.

A signature is `t=<epoch seconds>,kid=<key id>,v1=<hex>` in `Buylink-Signature`. `v1` is the
HMAC-SHA256 of `<t>.<body>`, so that neither can be changed, by a key of the secret.
"""

import hashlib
import hmac
import re
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyHeader
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from app.hub import keys, links, stats
from app.hub.secret_values import RotatingSecret, SecretKey
from app.hub.table import ConditionFailedError, ContendedError, HubTable, Put, Update, When
from app.hub.times import day, epoch, now
from app.hub.web.api import Backend
from app.hub.web.openapi import OpenApi, refusals
from app.hub.web.problems import Problem
from app.product_service.models import Conversion, Counted

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


KEPT = timedelta(days=90)
"""For so long an event is known; none that happened earlier is taken."""

AHEAD = timedelta(minutes=5)
"""Clocks differ."""

_TRIES = 4
_PAUSE_SECONDS = 0.05

_signature = APIKeyHeader(
    name=HEADER,
    scheme_name="WebhookSignature",
    auto_error=False,
    description="t=<epoch seconds>,kid=<key id>,v1=<hex HMAC-SHA256 of t.body>",
)

_RESPONSES = refusals(
    *(400, 401, 409, 413, 422, 429, 503),
    _401="No signature, or one that isn't good",
    _409="This event was counted already",
    _422="Not as described here, or of a link that nobody has",
)


def conversions_router(backend: Backend, secret: RotatingSecret) -> APIRouter:
    """Keys are those of the secret; each has its own rate."""
    router = APIRouter(prefix="/v1/conversions", tags=["conversions"])

    @router.post("", status_code=201, responses=_RESPONSES, openapi_extra={"requestBody": _body()})
    async def count_conversion(
        request: Request, signature: Annotated[str | None, Security(_signature)]
    ) -> Counted:
        """Sign the body's very bytes: `hmac_sha256(key, "<t>." + body)`, at most 5 minutes ago."""
        body = await request.body()
        return await run_in_threadpool(take, signature, body)

    def take(signature: str | None, body: bytes) -> Counted:
        try:
            key = signed_by(secret, signature, body, moment=time.time())
        except SignatureError as error:
            raise Problem(401, "bad-signature", str(error)) from None
        backend.gate.request(f"webhook:{key.id}")
        backend.gate.write()
        return count(backend.table, _read(body), moment=now())

    return router


def count(table: HubTable, conversion: Conversion, *, moment: datetime) -> Counted:
    """Count it, once. Raises Problem, and what the table raises."""
    happened = conversion.occurred_at
    if not moment - KEPT <= happened <= moment + AHEAD:
        detail = f"occurredAt: expected one of the last {KEPT.days} days, got another time"
        raise Problem(422, "invalid-request", detail)
    link = links.find(table, conversion.link)
    if link is None:
        raise Problem(422, "unknown-link", "link: expected a link's id, got one that nobody has")
    on = day(happened)
    add = stats.add_sale if conversion.type == "sale" else stats.add_refund
    figures = add(
        link.creator_id,
        on,
        link.id,
        currency=conversion.currency,
        amount=Decimal(conversion.amount),
    )
    _write(table, conversion.event_id, figures, moment)
    return Counted(event_id=conversion.event_id, link=link.id, day=happened.astimezone(UTC).date())


def _write(table: HubTable, event_id: str, figures: Update, moment: datetime) -> None:
    # DynamoDB may keep an item days after its time.
    new = When(
        expression="attribute_not_exists(#pk) OR #expiresAt < :moment",
        values={"moment": epoch(moment)},
    )
    event = Put(item={**keys.conversion(event_id), "expiresAt": epoch(moment + KEPT)}, when=new)
    for left in reversed(range(_TRIES)):
        try:
            table.write_all([event, figures])
        except ConditionFailedError:
            detail = "eventId: expected a new one, got one that was counted: nothing is left to do"
            raise Problem(409, "counted-already", detail) from None
        except ContendedError:
            # Clicks of the same link are being written.
            if not left:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _read(body: bytes) -> Conversion:
    try:
        return Conversion.model_validate_json(body)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError(
            [{**error, "loc": ("body", *error["loc"])} for error in errors]
        ) from None


def _body() -> OpenApi:
    return {
        "required": True,
        "content": {"application/json": {"schema": Conversion.model_json_schema(by_alias=True)}},
    }
