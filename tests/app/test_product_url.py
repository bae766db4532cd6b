"""Addresses that a link may lead to; those that are refused over the API stand in its tests."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.hub.product_url import LONGEST, ProductUrlError, host_of, product_url


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("https://SHOP.example:443/A?b=C#d", "https://shop.example/A?b=C#d"),
        ("https://shop.example./", "https://shop.example/"),
        ("https://bücher.example/é?ü=1", "https://xn--bcher-kva.example/%C3%A9?%C3%BC=1"),
        ("https://shop.example/a%20b/%zz", "https://shop.example/a%20b/%zz"),
        ("https://shop.example/?u=https://x.example/&v=[1]", None),
        ("https://a-b.c_d.example/;p=1,2/~me/@you", None),
    ],
)
def test_an_address_is_written_as_a_header_takes_it(given_url: str, expected: str | None) -> None:
    assert product_url(given_url) == (expected or given_url)


def test_a_host_is_shown_without_www() -> None:
    assert host_of("https://www.shop.example/a") == "shop.example"


hosts = st.text("abz019.-_[]:@%xｅ。１", max_size=20)  # noqa: RUF001  full-width on purpose
texts = st.text(max_size=60) | st.builds("https://{}/{}".format, hosts, st.text(max_size=20))


@given(texts)
@example("https://\ud800.example/")
@example("https://shop.example/\ud800")
@example("https://" + "a" * 64 + ".example/")
@example("https://a.example:٣/")
@example("https://℀.example/")
def test_whatever_is_given_is_refused_or_a_plain_https_address(text: str) -> None:
    try:
        url = product_url(text)
    except ProductUrlError:
        return
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert len(url) <= LONGEST
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert parts.netloc == parts.hostname
    assert not parts.netloc.rsplit(".", maxsplit=1)[-1].isdigit()
    assert product_url(url) == url
