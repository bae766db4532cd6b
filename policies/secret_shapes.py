"""What a secret looks like: by its name, and by its value."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_ENDINGS: Final = (
    "secret", "secrets", "token", "password", "passwords", "passwd", "pwd", "passphrase",
    "credential", "credentials",
)  # fmt: skip
"""A word that ends so says secret: PGPASSWORD, CLIENTSECRET and APITOKEN are one word each."""

_SECRET_PAIRS: Final = frozenset((
    *(
        (kind, "key")
        for kind in (
            "api", "private", "access", "secret", "signing", "encryption", "auth", "jwt",
            "session", "master", "hmac", "stripe", "openai", "anthropic", "sendgrid",
        )
    ),
    ("rediscli", "auth"), ("redis", "auth"),
))  # fmt: skip
_SECRET_WORDS: Final = frozenset("".join(pair) for pair in _SECRET_PAIRS)
_LAST_WORDS: Final = frozenset(("pass", "dbpass", "pat"))
"""Words that say secret at a name's end only: not PASS_THROUGH."""

_REFERENCE_WORDS: Final = frozenset((
    "arn", "arns", "name", "names", "url", "uri", "id", "ids", "path", "file", "dir", "host",
    "hostname", "port", "endpoint", "region", "table", "bucket", "prefix", "suffix", "version",
    "type", "algorithm", "issuer", "audience", "header", "ttl", "expiry", "seconds", "minutes",
    "hours", "days", "length", "limit", "count", "size", "max", "min", "enabled", "required",
    "rotation",
))  # fmt: skip
_ALWAYS_SECRET: Final = frozenset((
    ("access", "key", "id"), ("vault", "secret", "id"), ("role", "secret", "id"),
))  # fmt: skip
_SECRET_VALUES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",  # AWS
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\bgh[pousr]_[0-9A-Za-z]{20,}|\bgithub_pat_[0-9A-Za-z_]{20,}|\bglpat-[0-9A-Za-z_-]{16,}",
        r"\bxox[abeprs]-[0-9A-Za-z-]{10,}|hooks\.slack\.com/services/",
        r"\b[sr]k_(live|test)_[0-9A-Za-z]{10,}|\bAIza[0-9A-Za-z_-]{35}",
        r"\bsk-(proj|svcacct|admin|ant)-[0-9A-Za-z_-]{16,}|\bnpm_[0-9A-Za-z]{30,}",
        r"\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}",
        r"\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.",  # a JSON web token
        r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@",  # user:password@ in a URL
        r"(?i)(^|[;?&\s])(password|pwd)\s*=\s*[^;&\s{$<%]",  # in a connection string
    )
)


def sounds_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret, and not where one is found."""
    words = tuple(word.lower() for word in _WORDS.findall(name))
    if words[-3:] in _ALWAYS_SECRET:
        return True
    if not words or words[-1] in _REFERENCE_WORDS:
        return False
    last = next((word for word in reversed(words) if not word.isdecimal()), "")
    return (
        last in _LAST_WORDS
        or any(word.endswith(_SECRET_ENDINGS) or word in _SECRET_WORDS for word in words)
        or not _SECRET_PAIRS.isdisjoint(pairwise(words))
    )


def looks_secret(value: str) -> bool:
    """Whether a value has the form of a key, a token, or a URL or text with a password in it."""
    return any(pattern.search(value) for pattern in _SECRET_VALUES)
