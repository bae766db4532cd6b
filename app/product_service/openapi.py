"""What the API's description says of the endpoints' answers, and of the paths that people visit."""

from app.hub.web.openapi import OpenApi, Responses, refusals

READING = refusals(401, 403, 422, 429, 503)
WRITING = READING | refusals(400, 413)
NO_LINK = refusals(404)
CHANGED = refusals(412)
_ETAG = {"ETag": {"description": "Of what may be changed", "schema": {"type": "string"}}}
TAG: Responses = {200: {"description": "The link", "headers": _ETAG}}
MAKING: Responses = (
    WRITING
    | NO_LINK
    | refusals(409, _409="There are 100 links already")
    | {
        201: {
            "description": "The link",
            "headers": {
                **_ETAG,
                "Location": {"description": "Its path", "schema": {"type": "string"}},
            },
        }
    }
)

_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_HTML = {"text/html": {"schema": {"type": "string"}}}
_MISSING = {
    "404": {
        "description": "Nothing here: a page, or for programs a problem document",
        "content": {**_HTML, **refusals(404)[404]["content"]},
    }
}
_UNAVAILABLE = {"503": refusals(503)[503]}
_REDIRECT = {
    "302": {
        "description": "There it is",
        "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
    }
}
_KNOWN = {"304": {"description": "As the client has it already"}}


def _page(
    summary: str, answers: dict[str, OpenApi], *parameters: tuple[str, str], both: bool = True
) -> OpenApi:
    """`parameters` are in the path: name, and what it is."""
    operation = {
        "tags": ["pages"],
        "summary": summary,
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": what,
                "schema": {"type": "string"},
            }
            for name, what in parameters
        ],
        "responses": answers,
    }
    without_content = {
        status: {key: value for key, value in answer.items() if key != "content"}
        for status, answer in answers.items()
    }
    head = operation | {"responses": without_content}
    return {"get": operation} | ({"head": head} if both else {})


PAGES = {
    "/": _page("What this is", {"200": {"description": "A page", "content": _HTML}, **_KNOWN}),
    "/robots.txt": _page(
        "What crawlers should leave alone",
        {
            "200": {
                "description": "A text",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            }
        },
    ),
    "/{creator}": _page(
        "A creator's hub page",
        {
            "200": {"description": "The page", "content": _HTML},
            **_KNOWN,
            **_MISSING,
            **_UNAVAILABLE,
        },
        ("creator", "The creator's handle, with or without an @ before it"),
    ),
    "/r/{link}": _page(
        "To a link's shop; a GET counts as a click",
        {**_REDIRECT, **_MISSING, **_UNAVAILABLE},
        ("link", "The link's id"),
    ),
    "/thumbnails/{video}/{picture}": _page(
        "To a picture, for five minutes",
        {**_REDIRECT, **_MISSING, **_UNAVAILABLE},
        ("video", "The video's id"),
        ("picture", "Hash, width and .webp"),
    ),
}
