"""Errors as problem documents: RFC 9457, https://www.rfc-editor.org/rfc/rfc9457

`type` is `urn:problem-type:buylink:<kind>`: what a program decides by. `title` is the same for all
of a kind; `detail` says what, got, why and what to do, and never repeats a body or a secret.
"""

import http
import logging
from collections.abc import Mapping
from typing import cast

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.hub.structured_log import fields
from app.hub.table import ContendedError

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
"""After which a client may try again when AWS did not answer."""

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

logger = logging.getLogger(__name__)


class Problem(Exception):  # noqa: N818  it is called so in RFC 9457
    """Raise it to answer with it."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.headers = headers
        self._members = {"detail": detail, **extensions}

    def response(self) -> JSONResponse:
        """The answer."""
        content = {
            "type": f"urn:problem-type:buylink:{self.kind}",
            "title": self.kind.replace("-", " ").capitalize(),
            "status": self.status,
            **self._members,
        }
        return JSONResponse(
            content,
            self.status,
            headers={"Cache-Control": "no-store", **(self.headers or {})},
            media_type=MEDIA_TYPE,
        )


def later(status: int, kind: str, detail: str, *, seconds: int) -> Problem:
    """One that is over by itself: `Retry-After` says when."""
    return Problem(status, kind, detail, headers={"Retry-After": str(seconds)})


def answer_problems(app: FastAPI) -> None:
    """Answer all errors of an app with problem documents."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientError, _unavailable)
    app.add_exception_handler(BotoCoreError, _unavailable)
    app.add_exception_handler(ContendedError, _contended)


def crashed() -> JSONResponse:
    """What is said of an error that nobody foresaw."""
    return Problem(500, "internal-error", "The service failed; it was logged.").response()


def _problem(_: Request, error: Exception) -> JSONResponse:
    return cast("Problem", error).response()  # by its registration


def _http_error(request: Request, error: Exception) -> JSONResponse:
    """FastAPI's own: an unknown path, a method that a path doesn't have."""
    known = cast("HTTPException", error)  # by its registration
    phrase = http.HTTPStatus(known.status_code).phrase
    kind = phrase.lower().replace(" ", "-")
    headers = dict(known.headers or {})
    if known.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request))
    return Problem(known.status_code, kind, phrase, headers=headers).response()


def _allowed(request: Request) -> list[str]:
    """The methods of a path: Starlette names only those of the first route that has it."""
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """All that is wrong at once, without what was sent."""
    invalid = cast("RequestValidationError", error)  # by its registration
    mistakes = dict.fromkeys((_place(each), each["msg"]) for each in invalid.errors())
    places = ", ".join(dict.fromkeys(where for where, _ in mistakes))
    detail = f"expected a request as the API's description has it, got errors in {places}"
    errors = [{"where": where, "what": what} for where, what in mistakes]
    return Problem(422, "invalid-request", detail, errors=errors).response()


def _place(error: ErrorDetails) -> str:
    """Where, in names of ours: that of an unknown field is the sender's."""
    place = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return ".".join(map(str, place))


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else None
    logger.error(
        "AWS did not answer", exc_info=error, extra=fields(path=request.url.path[:200], code=code)
    )
    detail = "expected an answer from AWS, got none that helps: try again in a moment"
    return later(503, "unavailable", detail, seconds=RETRY_SECONDS).response()


def _contended(_: Request, __: Exception) -> JSONResponse:
    detail = "expected to be alone at this, got others at the same moment: try again"
    return later(503, "contended", detail, seconds=1).response()
