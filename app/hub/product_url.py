"""Addresses that a link may lead to: https, and a host that the whole internet knows."""

import ipaddress
import re
from urllib.parse import quote, urlsplit, urlunsplit

LONGEST = 2048
_LONGEST_HOST = 253

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# A browser reads a host that ends so as an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# https://www.iana.org/assignments/special-use-domain-names
_PRIVATE = frozenset(
    (
        *("alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local"),
        *("localdomain", "localhost", "onion", "private", "test"),
    )
)
_KEPT = "%/:=&?~#+!$,;'@()*[]"


class ProductUrlError(ValueError):
    """Not such an address; the text says what was expected and why, and repeats nothing of it."""


def product_url(text: str) -> str:
    """The address in ASCII, as a `Location` header takes it. Raises ProductUrlError."""
    if len(text) > LONGEST:
        raise ProductUrlError(f"expected at most {LONGEST} characters, got {len(text)}")
    if _FORBIDDEN.search(text):
        raise ProductUrlError("expected an address, got spaces, control characters or backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ProductUrlError("expected an address, got one that can't be read") from None
    if parts.scheme != "https":
        raise ProductUrlError("expected https://, got another scheme")
    if "@" in parts.netloc:
        raise ProductUrlError("expected no user name in the address, got one: it hides the host")
    if port not in (None, 443):
        raise ProductUrlError("expected the usual port, got another")
    try:
        path, query, fragment = (
            quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment)
        )
    except UnicodeEncodeError:
        raise ProductUrlError("expected an address, got half a character") from None
    url = urlunsplit(("https", _host(parts.hostname or ""), path or "/", query, fragment))
    if len(url) > LONGEST:
        raise ProductUrlError(f"expected at most {LONGEST} characters when encoded, got more")
    return url


def host_of(url: str) -> str:
    """The host of such an address, to be shown: without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _host(name: str) -> str:
    try:
        # Before the checks: full-width digits and dots turn into plain ones.
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise ProductUrlError("expected a host name, got one that can't be encoded") from None
    labels = host.split(".")
    if _is_address(host) or _NUMBER.fullmatch(labels[-1]):
        raise ProductUrlError("expected a host name, got an IP address")
    if len(host) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise ProductUrlError("expected a host name, got one that isn't")
    if len(labels) == 1 or labels[-1] in _PRIVATE:
        raise ProductUrlError("expected a host of the public internet, got a private name")
    return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
