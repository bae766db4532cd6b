"""Whom a limit is for when nobody is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from app.hub.web.access import client_address


def address(*forwarded: str, peer: str = "10.0.0.1", proxies: int) -> str:
    headers = [(b"x-forwarded-for", address.encode("latin-1")) for address in forwarded]
    scope = {"type": "http", "headers": headers, "client": (peer, 1)}
    return client_address(HTTPConnection(scope), proxies=proxies)


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ((), 0, "10.0.0.1"),
        (("203.0.113.9",), 0, "10.0.0.1"),
        (("203.0.113.9",), 1, "203.0.113.9"),
        (("198.51.100.1, 203.0.113.9",), 1, "203.0.113.9"),
        (("198.51.100.1, 203.0.113.9", "192.0.2.2"), 2, "203.0.113.9"),
        (("203.0.113.9",), 2, "10.0.0.1"),
        (("2001:db8:1:2:3:4:5:6",), 1, "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.9",), 1, "203.0.113.9"),
        (("<script>",), 1, "unknown"),
    ],
)
def test_only_what_our_own_proxies_say_counts(
    forwarded: tuple[str, ...], proxies: int, expected: str
) -> None:
    assert address(*forwarded, proxies=proxies) == expected


@given(
    st.lists(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"))),
    st.integers(0, 5),
)
def test_any_header_gives_a_short_address(forwarded: list[str], proxies: int) -> None:
    assert 1 <= len(address(*forwarded, proxies=proxies)) <= 64
