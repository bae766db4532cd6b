"""An API's description in OpenAPI, complete: each refusal too, as a problem document.

It is not served; tests hold the running service to it.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from fastapi import FastAPI

from app.hub.web.problems import MEDIA_TYPE

OpenApi: TypeAlias = dict[str, Any]
"""A part of a description, as OpenAPI has it."""

Responses: TypeAlias = dict[int | str, OpenApi]

_SCHEMA: OpenApi = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:problem-type:buylink:[a-z-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}

_RETRY_AFTER = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}

_MEANINGS = {
    400: "The body can't be read",
    401: "No token or key, or one that isn't good",
    403: "Another creator's",
    404: "There is no such thing",
    409: "What is there stands against it",
    412: "It was changed since it was read",
    413: "The body has more than 64 KiB",
    422: "Not as described here",
    429: "Too many requests, or too many writes for a day",
    503: "The hub is stopped for its cost, or AWS did not answer",
}


def refusals(*statuses: int, **meanings: str) -> Responses:
    """Answers of an endpoint that are problem documents; `_409="…"` says what one means there."""
    return {
        status: {
            "description": meanings.get(f"_{status}") or _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **({"headers": _RETRY_AFTER} if status in (429, 503) else {}),
        }
        for status in statuses
    }


def describe(app: FastAPI, bare_paths: Mapping[str, OpenApi] | None = None) -> OpenApi:
    """The description of an app; `bare_paths` are those of routes that are not FastAPI's."""
    schema = app.openapi()
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _SCHEMA
    schema["paths"] = {**(bare_paths or {}), **schema["paths"]}
    return schema
