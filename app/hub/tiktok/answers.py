"""TikTok's JSON, typed field by field: what isn't as documented is a PermanentError."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPMessage
from typing import Any
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


_SHORT_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Answer:
    """A JSON object out of an answer to `what`; it never shows what is in it."""

    def __init__(self, what: str, content: dict[str, Any]) -> None:
        self.what = what
        self._content = content

    def __contains__(self, name: str) -> bool:
        return name in self._content

    def text(self, name: str) -> str:
        """A text that isn't empty."""
        value = self._content.get(name)
        if isinstance(value, str) and value:
            return value
        raise self.unexpected(f"a text as {name}")

    def optional_text(self, name: str) -> str | None:
        """A text, or None for none, an empty one, or something else."""
        value = self._content.get(name)
        return value if isinstance(value, str) and value else None

    def whole_number(self, name: str) -> int:
        """A whole number of 0 or more."""
        value = self._content.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        raise self.unexpected(f"a whole number as {name}")

    def optional_whole_number(self, name: str) -> int | None:
        """A whole number of 0 or more, or None for none or something else."""
        value = self._content.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        return None

    def true_or_false(self, name: str) -> bool:
        """True or false."""
        value = self._content.get(name)
        if isinstance(value, bool):
            return value
        raise self.unexpected(f"true or false as {name}")

    def part(self, name: str) -> "Answer":
        """An object in it."""
        value = self._content.get(name)
        if isinstance(value, dict):
            return Answer(self.what, value)
        raise self.unexpected(f"an object as {name}")

    def parts(self, name: str) -> list["Answer"]:
        """A list of objects in it; left out or null, it is empty."""
        value = self._content.get(name) or []
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [Answer(self.what, item) for item in value]
        raise self.unexpected(f"a list of objects as {name}")

    def unexpected(self, expected: str) -> PermanentError:
        """The error that says what was expected of the answer."""
        return PermanentError(
            f"{self.what}: expected an answer with {expected}, got one without: it isn't as "
            "TikTok documents. Compare the documentation; asking the same again won't help.",
            what=self.what,
        )


def json_object(response: Response) -> Answer:
    """The answer's JSON object, also of a refusal, for the error in it.

    Raises the status's TransientError if it may pass, and PermanentError when it is no such JSON.
    """
    if response.may_pass:
        raise response.trouble()
    try:
        content = json.loads(response.body)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return Answer(response.what, content)
    if not response.is_ok:
        raise response.trouble()
    raise PermanentError(
        f"{response.what}: expected a JSON object, got {len(response.body)} bytes of something "
        "else: TikTok may show a page for people instead. Asking the same again won't help.",
        what=response.what,
        status=response.status,
    )


def shown(name: str | None) -> str:
    """An error code or log id if it looks like one, fit for an error's text; else "unknown"."""
    return name if name and _SHORT_NAME.fullmatch(name) else "unknown"
