"""Which texts are links to a TikTok video, and what they become."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hub.tiktok.urls import (
    PAGE_HOSTS,
    SHORT_HOSTS,
    ShortLink,
    UrlError,
    VideoUrl,
    normal_handle,
    parse,
    valid_handle,
)

ID = "7301234567890123456"
CANONICAL = f"https://www.tiktok.com/@anna.cooks/video/{ID}"
INTERNAL_ID = "MS4wLjABAAAATh8Vewkn0LYM7Fo03iec3qKdeCUOcBIouRk1mkiag6h3o_pQu_dUXvZ2EZlGST7_"


@pytest.mark.parametrize(
    "text",
    [
        CANONICAL,
        f"{CANONICAL}/",
        f"  {CANONICAL}\n",
        f"{CANONICAL}?is_from_webapp=1&sender_device=pc&web_id=73",
        f"{CANONICAL}/?lang=en#comments",
        f"{CANONICAL}?q=naïve text",
        f"http://www.tiktok.com/@anna.cooks/video/{ID}",
        f"HTTPS://WWW.TikTok.COM/@anna.cooks/video/{ID}",
        f"https://tiktok.com/@anna.cooks/video/{ID}",
        f"https://m.tiktok.com/@anna.cooks/video/{ID}",
        f"www.tiktok.com/@anna.cooks/video/{ID}",
        f"tiktok.com/@anna.cooks/video/{ID}",
        f"https://www.tiktok.com/@Anna.Cooks/video/{ID}",
        f"https://www.tiktok.com/%40anna.cooks/video/{ID}",
    ],
)
def test_a_link_with_a_handle_becomes_the_canonical_one(text: str) -> None:
    assert parse(text) == VideoUrl(video_id=ID, handle="anna.cooks")


@pytest.mark.parametrize(
    "text",
    [
        f"https://m.tiktok.com/v/{ID}.html",
        f"https://m.tiktok.com/v/{ID}.html?u_code=d1&_d=secCgsIARCb",
        f"https://www.tiktok.com/v/{ID}",
        f"https://www.tiktok.com/embed/{ID}",
        f"https://www.tiktok.com/embed/v2/{ID}?lang=en-US",
        f"https://www.tiktok.com/player/v1/{ID}?music_info=1&description=1",
        f"https://www.tiktok.com/@/video/{ID}",
        f"https://www.tiktok.com/@_/video/{ID}",
        f"https://www.tiktok.com/@{INTERNAL_ID}/video/{ID}",
    ],
)
def test_a_link_without_a_handle_becomes_one_that_names_none(text: str) -> None:
    address = parse(text)
    assert address == VideoUrl(video_id=ID)
    assert isinstance(address, VideoUrl)
    assert address.url == f"https://www.tiktok.com/@_/video/{ID}"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://vm.tiktok.com/ZMabc12De/", "https://vm.tiktok.com/ZMabc12De/"),
        ("http://VT.tiktok.com/ZSabc12De?k=1", "https://vt.tiktok.com/ZSabc12De/"),
        ("vm.tiktok.com/ZMabc12De", "https://vm.tiktok.com/ZMabc12De/"),
        ("https://www.tiktok.com/t/ZTabc12De/", "https://www.tiktok.com/t/ZTabc12De/"),
        ("https://tiktok.com/t/ZTabc12De", "https://www.tiktok.com/t/ZTabc12De/"),
    ],
)
def test_a_short_link_keeps_its_code(text: str, url: str) -> None:
    assert parse(text) == ShortLink(url=url)


REFUSED = {
    "": "no such link has",
    "hello": "one to hello",
    "https://": "no host",
    "https://www.tiktok.com": "another page",
    "https://www.tiktok.com/": "another page",
    "https://www.tiktok.com/@anna.cooks": "another page",
    f"https://www.tiktok.com/@anna.cooks/photo/{ID}": "a photo post",
    f"https://www.tiktok.com/@anna.cooks/live/{ID}": "another page",
    "https://www.tiktok.com/@anna.cooks/video/": "another page",
    "https://www.tiktok.com/@anna.cooks/video/0": "another page",
    f"https://www.tiktok.com/@anna.cooks/video/0{ID}": "another page",
    "https://www.tiktok.com/@anna.cooks/video/123456789012345678901": "another page",
    f"https://www.tiktok.com/@anna.cooks/video/{ID}/x": "another page",
    f"https://www.tiktok.com//@anna.cooks/video/{ID}": "another page",
    "https://www.tiktok.com/@anna.cooks/video/٧٣٠١": "no such link has",
    f"https://www.tiktok.com/@\u0430nna.cooks/video/{ID}": "no such link has",
    f"https://www.tiktok.com/@anna/cooks/video/{ID}": "another page",
    f"https://www.tiktok.com/@../video/{ID}": "a handle",
    f"https://www.tiktok.com/@anna-cooks/video/{ID}": "a handle",
    f"https://www.tiktok.com/@anna%2Fcooks/video/{ID}": "a handle",
    f"https://www.tiktok.com/%2540anna.cooks/video/{ID}": "another page",
    f"https://www.tiktok.com/@anna.cooks%2Fvideo%2F{ID}": "another page",
    f"https://www.tiktok.com.evil.example/@anna.cooks/video/{ID}": "www.tiktok.com.evil.example",
    f"https://eviltiktok.com/@anna.cooks/video/{ID}": "one to eviltiktok.com",
    f"https://www.tiktok.com./@anna.cooks/video/{ID}": "one to www.tiktok.com.:",
    f"https://evil.example/https://www.tiktok.com/@anna.cooks/video/{ID}": "one to evil.example",
    f"https://evil.example?https://www.tiktok.com/@anna.cooks/video/{ID}": "one to evil.example",
    f"https://evil.example#@www.tiktok.com/@anna.cooks/video/{ID}": "one to evil.example",
    f"https://www.tiktok.com@evil.example/@anna.cooks/video/{ID}": "a user name, a port",
    f"https://user:hunter2@www.tiktok.com/@anna.cooks/video/{ID}": "a user name, a port",
    f"https://www.tiktok.com:8443/@anna.cooks/video/{ID}": "a user name, a port",
    f"https://www%2Etiktok.com/@anna.cooks/video/{ID}": "a user name, a port",
    f"https://[::1]/@anna.cooks/video/{ID}": "a user name, a port",
    rf"https://www.tiktok.com\@evil.example/@anna.cooks/video/{ID}": "no such link has",
    f"https://www.tiktok.com\t/@anna.cooks/video/{ID}": "no such link has",
    f"https://\uff57ww.tiktok.com/@anna.cooks/video/{ID}": "no such link has",
    f"//www.tiktok.com/@anna.cooks/video/{ID}": "no host",
    f"ftp://www.tiktok.com/@anna.cooks/video/{ID}": "another scheme",
    "javascript:alert(1)": "another scheme",
    "file:///etc/passwd": "another scheme",
    "https://vm.tiktok.com/": "another page",
    "https://vm.tiktok.com/ZM/../evil": "another page",
    "https://vm.tiktok.com/%5A": "another page",
    f"https://vm.tiktok.com/{'Z' * 33}": "another page",
    f"https://vm.tiktok.com/@anna.cooks/video/{ID}": "another page",
    "https://open.tiktokapis.com/v2/user/info/": "one to open.tiktokapis.com",
    f"{CANONICAL}?{'x' * 3000}": "characters: the longest link has 2048",
}


@pytest.mark.parametrize(("text", "got"), REFUSED.items())
def test_everything_else_is_refused_with_its_reason(text: str, got: str) -> None:
    with pytest.raises(UrlError, match=re.escape(got)) as refused:
        parse(text)
    assert "expected one to a video" in str(refused.value)
    assert "Copy the link" in str(refused.value)


def test_a_refusal_shows_little_of_what_it_got() -> None:
    for text in (
        f"https://user:hunter2@evil.example/{'x' * 99}?token=hunter2",
        f"https://{'hunter2' * 200}.example/?hunter2",
        "https://evil.example/hunter2?hunter2#hunter2",
    ):
        with pytest.raises(UrlError) as refused:
            parse(text)
        shown = str(refused.value).replace("hunter2" * 8 + "hunt", "")
        assert "hunter2" not in shown
        assert len(shown) < 400


@pytest.mark.parametrize("handle", ["ab", "anna.cooks", "_a", "a__", "0.0", "a" * 24, "...a"])
def test_a_handle_has_2_to_24_characters_and_no_dot_at_its_end(handle: str) -> None:
    assert valid_handle(handle)
    assert normal_handle(handle.upper()) == handle


@pytest.mark.parametrize(
    "handle",
    ["", "a", "a" * 25, "anna.", "..", "an na", "anna\n", "anna/", "an-na", "@anna", "anna%"],
)
def test_anything_else_is_no_handle(handle: str) -> None:
    assert not valid_handle(handle)
    assert normal_handle(handle) is None


@pytest.mark.parametrize(
    "handle", ["\u0430nna", "an\u212aa", "\uff41nna", "ann\u00e5", "anna\u200b", "١٢٣", "\u017fam"]
)
def test_letters_that_only_look_like_a_handles_are_refused(handle: str) -> None:
    assert not valid_handle(handle)
    assert normal_handle(handle) is None


def test_an_upper_case_handle_is_valid_only_once_it_is_lowered() -> None:
    assert not valid_handle("Anna")
    assert normal_handle("Anna") == "anna"


PIECES = st.sampled_from(
    [
        *("https://", "http://", "//", "/", "\\", "@", ":", "?", "#", "%40", "%2f", "%", ".", ".."),
        *PAGE_HOSTS,
        *SHORT_HOSTS,
        *("evil.example", "[::1]", "127.0.0.1", "video", "photo", "embed", "v2", "player/v1", "v"),
        *(ID, f"{ID}.html", "anna.cooks", "t", "ZMabc", "\u212a", "٣", "\x00", "\t", " ", "443"),
    ]
)
NEAR_LINKS = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@given(st.text() | NEAR_LINKS)
def test_whatever_is_parsed_is_refused_or_leads_to_tiktok_and_parses_to_itself(text: str) -> None:
    try:
        link = parse(text)
    except UrlError:
        return
    address = urlsplit(link.url)
    assert address.scheme == "https"
    assert address.netloc in PAGE_HOSTS | SHORT_HOSTS
    assert parse(link.url) == link


HANDLES = st.from_regex(r"[a-z0-9_.]{1,23}[a-z0-9_]", fullmatch=True)
IDS = st.integers(1, 10**20 - 1).map(str)


@given(IDS, st.none() | HANDLES)
def test_the_canonical_url_of_any_video_parses_to_that_video(
    video_id: str, handle: str | None
) -> None:
    video = VideoUrl(video_id=video_id, handle=handle)
    assert parse(video.url) == video


@given(st.text())
def test_a_handle_once_normal_is_valid_ascii_and_stays(text: str) -> None:
    handle = normal_handle(text)
    if handle is not None:
        assert valid_handle(handle)
        assert handle.isascii()
        assert normal_handle(handle) == handle
