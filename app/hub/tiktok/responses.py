"""An answer of TikTok's, and what its status means."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPMessage
from urllib.parse import urljoin

from app.hub.tiktok.errors import PermanentError, TransientError

REDIRECTS = range(300, 400)
LONGEST_RETRY_SECONDS = 86_400

_TRANSIENT = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer of any status; `what` was asked, at `url`; a redirect's body isn't read."""

    what: str
    url: str = field(repr=False)
    status: int
    headers: HTTPMessage = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def redirect(self) -> str | None:
        """Where it points, absolute but unchecked; None unless it is a redirect."""
        if self.status not in REDIRECTS or "Location" not in self.headers:
            return None
        try:
            return urljoin(self.url, self.headers["Location"])
        except ValueError:
            return "https:"  # nowhere: asking for it is refused

    @property
    def is_ok(self) -> bool:
        """Whether its status is 200."""
        return self.status == HTTPStatus.OK

    @property
    def may_pass(self) -> bool:
        """Whether its status tells of trouble that may pass."""
        return self.status in _TRANSIENT or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def trouble(self) -> TransientError | PermanentError:
        """The error that its status is; the status alone tells, not what the body says."""
        if self.may_pass:
            return TransientError(
                f"{self.what}: expected status 200, got {self.status}: TikTok is busy or has "
                "trouble. Ask again later.",
                what=self.what,
                status=self.status,
                retry_after=_retry_after(self.headers.get("Retry-After")),
            )
        return PermanentError(
            f"{self.what}: expected status 200, got {self.status}: TikTok refuses. "
            "Asking the same again won't help.",
            what=self.what,
            status=self.status,
        )


def _retry_after(header: str | None) -> int | None:
    """Seconds, from a number or a date (RFC 9110), at most a day; None for anything else."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", header):
        seconds = int(header)
    else:
        try:
            due = parsedate_to_datetime(header).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        seconds = round((due - datetime.now(UTC)).total_seconds())
    return min(max(seconds, 0), LONGEST_RETRY_SECONDS)
