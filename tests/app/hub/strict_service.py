"""A service made like the real ones, whose one route wants a body as described: run by the tests."""

import os
import sys
from typing import Annotated

from botocore.exceptions import ClientError, EndpointConnectionError
from pydantic import BaseModel, ConfigDict, Field

from app.hub.table import ContendedError
from app.hub.web.http_service import build_app, serve
from app.hub.web.problems import later

app = build_app("strict-service", log_one_in=int(os.environ.get("LOG_ONE_IN", "1")))


class Product(BaseModel):
    """What the route wants."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=10)]
    price: Annotated[int, Field(ge=0)]


@app.post("/products/{number}")
def take(number: int, product: Product) -> dict[str, str | int]:
    """Give it back."""
    return {"number": number, "title": product.title}


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
    sys.exit(serve(app))
