"""A service made like the real ones, with routes that are slow or fail: run by the tests."""

import os
import sys
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import StreamingResponse

from app.hub.web.http_service import build_app, serve

app = build_app("slow-service")


@app.post("/count")
async def count(request: Request) -> dict[str, int]:
    """Answer when the whole body has come."""
    return {"bytes": len(await request.body())}


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


if __name__ == "__main__":
    sys.exit(serve(app, finish_seconds=int(os.environ["FINISH_SECONDS"])))
