"""What talking to TikTok raises: trouble that may pass, or trouble that stays.

A text says what, got, why and what to do, and never holds a token, a code, a query string or
what TikTok's answer said in its own words.
"""


class TikTokError(Exception):
    """`what` was asked of TikTok; `status` is the HTTP status, None when there was no answer."""

    def __init__(self, text: str, *, what: str, status: int | None = None) -> None:
        super().__init__(text)
        self.what = what
        self.status = status


class TransientError(TikTokError):
    """Network, time-out, 408, 425, 429, 5xx: may work later; `retry_after` is in seconds."""

    def __init__(
        self, text: str, *, what: str, status: int | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(text, what=what, status=status)
        self.retry_after = retry_after


class PermanentError(TikTokError):
    """Asking the same again won't help: other 4xx, no JSON, too big, a redirect elsewhere."""


class NoSuchVideoError(PermanentError):
    """There is no such public video."""


class AccessTokenRefusedError(PermanentError):
    """The access token is expired or revoked: refresh it, and ask once more."""


class SignInAgainError(PermanentError):
    """Only the creator can help: by signing in anew and granting what is asked for."""
