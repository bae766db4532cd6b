"""A service made like the real ones, run by the tests.

Its routes are slow, want a body as described, or fail.
"""

import os
import sys
from collections.abc import AsyncIterator
from typing import Annotated

from botocore.exceptions import ClientError, EndpointConnectionError
from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.hub.table import ContendedError
from app.hub.web.http_service import FINISH_SECONDS, build_app, serve
from app.hub.web.problems import later

app = build_app("sample-service", log_one_in=int(os.environ.get("LOG_ONE_IN", "1")))


@app.post("/count")
async def count(request: Request) -> dict[str, int]:
    """Answer when the whole body has come."""
    return {"bytes": len(await request.body())}


class Product(BaseModel):
    """What the route wants."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=10)]
    price: Annotated[int, Field(ge=0)]


@app.post("/products/{number}")
def take(number: int, product: Product) -> dict[str, str | int]:
    """Give it back."""
    return {"number": number, "title": product.title}


@app.get("/crash")
async def crash() -> None:
    """Fail as code does that quotes a credential in its message."""
    raise ValueError("bad header: Bearer crash-secret")


@app.get("/half")
async def half() -> StreamingResponse:
    """Fail when a part of the answer is out."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError("no other half")

    return StreamingResponse(parts())


@app.get("/fails/{how}")
def fails(how: str) -> None:
    """Fail as a table or its client does."""
    match how:
        case "refused":
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "sesame"}}, "PutItem")
        case "unreachable":
            raise EndpointConnectionError(endpoint_url="http://sesame")
        case "contended":
            raise ContendedError("sesame")
        case _:
            raise later(429, "too-many-requests", "expected fewer, got more: wait", seconds=7)


if __name__ == "__main__":
    sys.exit(serve(app, finish_seconds=int(os.environ.get("FINISH_SECONDS", FINISH_SECONDS))))
