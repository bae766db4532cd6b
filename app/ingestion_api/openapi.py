"""What the API's description says of the endpoints' answers."""

from app.hub.web.openapi import Responses, refusals
from app.ingestion_api.models import VideoOut

READING = refusals(401, 403, 404, 422, 429, 503)
WRITING = READING | refusals(400, 413)

_LOCATION = {"Location": {"description": "The video's path", "schema": {"type": "string"}}}

TAKEN: Responses = {
    200: {"description": "It is known already", "model": VideoOut, "headers": _LOCATION},
    202: {"description": "It is queued", "headers": _LOCATION},
}
NOT_UPLOADED = refusals(409, _409="There is no upload, or the video changed meanwhile")
SIGN_IN: Responses = {
    302: {
        "description": "To TikTok; a cookie binds the sign-in to the browser",
        "headers": {
            "Location": {"schema": {"type": "string", "format": "uri"}},
            "Set-Cookie": {"schema": {"type": "string"}},
        },
    },
    **refusals(429, 503),
}
SIGNED_IN = refusals(
    400,
    403,
    422,
    429,
    502,
    503,
    _400="No sign-in of this browser's in the last ten minutes, or one that was used",
    _403="The creator didn't grant what was asked for",
    _502="TikTok took the hub's app for another",
)
