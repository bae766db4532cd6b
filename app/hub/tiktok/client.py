"""The one HTTP client to TikTok: allowed hosts only, TLS verified, no proxies, limits on all.

It follows redirects by hand, so that each target is checked before it is asked. It asks for no
compression, so that an answer is as big as it looks. With TIKTOK_ENDPOINT_URL set, everything
goes to that address on loopback instead, with the `Host` header of the real host.
"""

import re
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from typing import Self

from app.hub.environment import SettingsError
from app.hub.tiktok.answers import REDIRECTS, Response
from app.hub.tiktok.errors import PermanentError, TransientError

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0  # without a byte
ANSWER_SECONDS = 20.0  # until the last byte
MOST_REDIRECTS = 5
JSON_BYTES = 1_000_000

# Hosts a request may go to. Pictures: the CDNs in the examples of TikTok's documentation
# (https://developers.tiktok.com/doc/tiktok-api-v2-video-list) and of its oEmbed answers.
PAGES = re.compile(r"(?:(?:www|m|vm|vt)\.)?tiktok\.com")
API = re.compile(r"open\.tiktokapis\.com")
PICTURES = re.compile(r"(?:[a-z0-9-]+\.)+tiktokcdn(?:-us|-eu)?\.com")

_URL = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.-]+)(?P<target>/[!\"$-~]*)?(?:#.*)?", re.IGNORECASE
)
_ENDPOINT = re.compile(r"http://(?P<host>127\.0\.0\.1|localhost):(?P<port>[0-9]{1,5})/?")
_PORTS = range(1, 65_536)
_HEADER = re.compile(r"[ -~]*")
_PIECE_BYTES = 65_536


class TikTokClient:
    """Blocking; each request has a connection of its own, so threads may share a client."""

    def __init__(
        self,
        endpoint_url: str | None = None,
        *,
        read_seconds: float = READ_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Raises SettingsError for an endpoint that isn't http on loopback: tokens go there."""
        self._endpoint = _endpoint(endpoint_url) if endpoint_url else None
        self._tls = ssl.create_default_context() if self._endpoint is None else None
        self._read_seconds = read_seconds
        self._answer_seconds = answer_seconds

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """With TIKTOK_ENDPOINT_URL: unset or empty, the real TikTok. Raises SettingsError."""
        return cls(environment.get("TIKTOK_ENDPOINT_URL"))

    def get(
        self, what: str, url: str, *, hosts: re.Pattern[str], limit: int = JSON_BYTES
    ) -> Response:
        """GET, through up to five redirects to `hosts`; an answer of status 200.

        Raises TransientError and PermanentError.
        """
        for _ in range(MOST_REDIRECTS + 1):
            response = self.send(what, url, hosts=hosts, limit=limit)
            if response.redirect is None:
                break
            url = response.redirect
        else:
            raise PermanentError(
                f"{what}: expected at most {MOST_REDIRECTS} redirects, got more: they may go in a "
                "circle. Asking the same again won't help.",
                what=what,
            )
        if not response.is_ok:
            raise response.trouble()
        return response

    def send(
        self,
        what: str,
        url: str,
        *,
        hosts: re.Pattern[str],
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = JSON_BYTES,
    ) -> Response:
        """One request to one of `hosts`, no redirect followed; an answer of any status.

        Raises TransientError when none comes, PermanentError for a URL elsewhere, a header that
        can't be sent, or an answer of more than `limit` bytes.
        """
        host, target = _destination(what, url, hosts)
        sent = {
            "Host": host,
            "User-Agent": "Buylink/1.0",
            "Connection": "close",
            **(headers or {}),
        }
        if not all(_HEADER.fullmatch(value) for value in sent.values()):
            raise PermanentError(
                f"{what}: expected headers of printable ASCII, got others: they can't be sent. "
                "Correct the access token or settings they come from.",
                what=what,
            )
        deadline = time.monotonic() + self._answer_seconds
        try:
            with closing(self._connection(host)) as connection:
                connection.connect()
                connection.sock.settimeout(self._read_seconds)
                connection.request(method, target, body, sent)
                with closing(connection.getresponse()) as answer:
                    redirects = answer.status in REDIRECTS
                    content = b"" if redirects else _read(what, answer, limit, deadline)
        except (OSError, HTTPException) as error:
            # The messages of http.client quote what was sent or came: only names are passed on.
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise TransientError(
                f"{what}: expected an answer from {host}, got none: {reason}. Ask again later.",
                what=what,
            ) from None
        return Response(
            what=what, url=url, status=answer.status, headers=answer.headers, body=content
        )

    def browser_url(self, url: str) -> str:
        """Where a browser finds this page of TikTok's: the endpoint, if there is one."""
        if self._endpoint is None:
            return url
        host, port = self._endpoint
        return re.sub(r"^https://[^/]+", f"http://{host}:{port}", url)

    def _connection(self, host: str) -> HTTPConnection:
        if self._endpoint is None:
            return HTTPSConnection(host, timeout=CONNECT_SECONDS, context=self._tls)
        return HTTPConnection(*self._endpoint, timeout=CONNECT_SECONDS)


def _endpoint(url: str) -> tuple[str, int]:
    match = _ENDPOINT.fullmatch(url)
    if match is None or int(match["port"]) not in _PORTS:
        raise SettingsError(
            "TIKTOK_ENDPOINT_URL: expected an address such as http://127.0.0.1:8090, got another: "
            "creators' tokens go there unencrypted, so it must be on this machine. "
            "Correct it, or unset it for the real TikTok."
        )
    return match["host"], int(match["port"])


def _destination(what: str, url: str, hosts: re.Pattern[str]) -> tuple[str, str]:
    """The host and the path with query; http is raised to https by dropping the scheme."""
    match = _URL.fullmatch(url)
    if match is None or not hosts.fullmatch(match["host"].lower()):
        raise PermanentError(
            f"{what}: expected an address of TikTok's, got one elsewhere: it isn't asked. "
            "Asking the same again won't help.",
            what=what,
        )
    return match["host"].lower(), match["target"] or "/"


def _read(what: str, answer: HTTPResponse, limit: int, deadline: float) -> bytes:
    expected = answer.length  # None: until the last chunk, or the end of the connection
    content = bytearray()
    while expected is None or len(content) < expected:
        if max(expected or 0, len(content)) > limit:
            raise PermanentError(
                f"{what}: expected at most {limit} bytes, got more: they aren't read. "
                "Asking the same again won't help.",
                what=what,
                status=answer.status,
            )
        if time.monotonic() > deadline:
            raise TimeoutError
        piece = answer.read1(_PIECE_BYTES)
        if not piece:
            break
        content += piece
    if expected is not None and len(content) < expected:
        raise IncompleteRead(b"")
    return bytes(content)
