"""A stand-in for TikTok on loopback: `python -m dev.hub.tiktok --port 8090`, or `stand_in()`.

Point the hub at it with TIKTOK_ENDPOINT_URL. It answers by the `Host` header, as TikTok
documents (see `dev.hub.tiktok_pages`), about sample creators and videos.
"""

import argparse
import logging
import signal
import sys
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.hub import structured_log
from app.hub.structured_log import fields
from dev.hub.tiktok_accounts import Accounts, Grant, Tokens
from dev.hub.tiktok_pages import Asked, Pages, Reply
from dev.hub.tiktok_samples import Creator, Video

CLIENT_KEY = "local-client-key"
CLIENT_SECRET = "local-client-secret"
ALL_SCOPES = "user.info.basic,user.info.profile,video.list"

_LARGEST_BODY = 1_000_000

logger = logging.getLogger("app.tiktok_stand_in")  # below "app": what the hub logs is shown


@dataclass
class StandIn:
    """A running stand-in: what it knows, what it was asked, and what it is told to answer."""

    url: str
    pages: Pages
    asked: list[Asked] = field(default_factory=list[Asked])
    _scripts: dict[str, deque[Reply]] = field(default_factory=dict[str, deque[Reply]])
    _stopping: Event = field(default_factory=Event)

    @property
    def accounts(self) -> Accounts:
        """Codes and tokens; makes them expire, too."""
        return self.pages.accounts

    @property
    def videos(self) -> list[Video]:
        """The videos there are; may be added to and taken from."""
        return self.pages.videos

    def script(self, path: str, *replies: Reply) -> None:
        """Answer the next requests to a path (of any host) with these, one each."""
        self._scripts.setdefault(path, deque()).extend(replies)

    def sign_in(self, creator: Creator, scope: str = ALL_SCOPES) -> Tokens:
        """Tokens for a creator without the browser's part, as the token endpoint answers them."""
        return self.accounts.issue_tokens(Grant(open_id=creator.open_id, scope=scope))

    def asked_of(self, path: str) -> list[Asked]:
        """What it was asked at a path so far."""
        return [asked for asked in self.asked if asked.path == path]

    def answer(self, asked: Asked) -> Reply:
        """Record a request and answer it: as scripted, or else as TikTok."""
        self.asked.append(asked)
        try:
            reply = self._scripts.get(asked.path, deque()).popleft()
        except IndexError:
            return self.pages.reply(asked)
        self._stopping.wait(reply.after_seconds)
        return reply

    def stop(self) -> None:
        """End what is waiting."""
        self._stopping.set()


@contextmanager
def stand_in(port: int = 0) -> Generator[StandIn]:
    """Listen on 127.0.0.1, on any free port unless told one, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    running = StandIn(
        f"http://127.0.0.1:{server.server_port}", Pages(Accounts(CLIENT_KEY, CLIENT_SECRET))
    )
    server.RequestHandlerClass = partial(_Handler, running)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield running
    finally:
        running.stop()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, running: StandIn, *args: Any) -> None:
        self._running = running
        super().__init__(*args)

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: queries hold codes."""

    def _answer(self) -> None:
        length = min(int(self.headers.get("Content-Length", "0")), _LARGEST_BODY)
        address = urlsplit(self.path)
        reply = self._running.answer(
            Asked(
                method=self.command,
                host=self.headers.get("Host", "").split(":")[0],
                path=address.path,
                query=dict(parse_qsl(address.query, keep_blank_values=True)),
                headers=dict(self.headers.items()),
                body=self.rfile.read(length),
            )
        )
        with suppress(ConnectionError):  # the client took no more
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in ({"Content-Length": str(len(reply.body))} | dict(reply.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; its address is logged."""
    parser = argparse.ArgumentParser(prog="dev.hub.tiktok", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    port: int = parser.parse_args().port
    structured_log.configure("tiktok")
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with stand_in(port) as running:
        logger.info("listening", extra=fields(url=running.url))
        stopped.wait()
    logger.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
