"""A request and an answer, as a stand-in on loopback sees them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request; the host is the `Host` header's, without a port."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode()))

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer, sent `after_seconds`; a Content-Length among the headers replaces the true one."""

    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    after_seconds: float = 0


def json_reply(content: object, *, status: int = HTTPStatus.OK) -> Reply:
    """An answer in JSON."""
    return Reply(
        status=status,
        headers={"Content-Type": "application/json"},
        body=json.dumps(content).encode(),
    )


def redirect(url: str) -> Reply:
    """A redirect."""
    return Reply(status=HTTPStatus.FOUND, headers={"Location": url})


def html_reply(title: str, body: str, *, status: int = HTTPStatus.OK) -> Reply:
    """A page."""
    page = f'<!doctype html><html lang="en"><title>{title}</title>{body}</html>'
    return Reply(
        status=status, headers={"Content-Type": "text/html; charset=utf-8"}, body=page.encode()
    )
