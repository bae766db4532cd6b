"""What oEmbed tells about a video, and its cover."""

from dataclasses import replace
from typing import Any

import pytest

from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.errors import NoSuchVideoError, PermanentError, TransientError
from app.hub.tiktok.oembed import COVER_BYTES, Embed, fetch_cover, read
from app.hub.tiktok.urls import VideoUrl
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply, cover_url, json_reply, redirect
from dev.hub.tiktok_samples import COVER, VIDEOS

VIDEO = VIDEOS[0]
LINK = VideoUrl(video_id=VIDEO.video_id, handle=VIDEO.handle)
EMBED = Embed(
    title=VIDEO.caption,
    author_handle="anna.cooks",
    author_name="Anna cooks 🍳",
    thumbnail_url=cover_url(VIDEO),
    thumbnail_width=576,
    thumbnail_height=1024,
)
COVER_PATH = f"/{VIDEO.video_id}~cover.jpeg"


def test_a_video_has_caption_author_and_cover(tiktok: StandIn, client: TikTokClient) -> None:
    assert read(client, LINK) == EMBED
    (asked,) = tiktok.asked
    assert (asked.method, asked.host, asked.path) == ("GET", "www.tiktok.com", "/oembed")
    assert asked.query == {"url": LINK.url}


def test_a_video_is_found_without_its_creators_handle(client: TikTokClient) -> None:
    assert read(client, replace(LINK, handle=None)) == EMBED


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({"message": "Something went wrong", "code": 400}, status=400),
        json_reply({"status_msg": "Something went wrong", "code": 400}, status=400),
        json_reply({"status_msg": "Something went wrong", "code": 400}),
        json_reply({"status_code": 10101, "status_msg": "Something went wrong"}),
        json_reply({"type": "rich", "title": "A profile"}),
        Reply(status=404, body=b"<html>"),
    ],
)
def test_what_is_no_public_video_is_permanent(
    tiktok: StandIn, client: TikTokClient, reply: Reply
) -> None:
    tiktok.script("/oembed", reply)
    with pytest.raises(NoSuchVideoError, match="expected a public video"):
        read(client, LINK)


def test_a_video_that_tiktok_does_not_know_is_permanent(client: TikTokClient) -> None:
    with pytest.raises(NoSuchVideoError) as caught:
        read(client, VideoUrl(video_id="1"))
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "reply", [Reply(status=403), Reply(body=b"<html>a page for people"), redirect("https://a.b/")]
)
def test_a_refusal_is_permanent_but_not_said_to_be_the_videos_fault(
    tiktok: StandIn, client: TikTokClient, reply: Reply
) -> None:
    tiktok.script("/oembed", reply)
    with pytest.raises(PermanentError) as caught:
        read(client, LINK)
    assert not isinstance(caught.value, NoSuchVideoError)


def test_too_many_requests_are_transient(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script("/oembed", Reply(status=429, headers={"Retry-After": "30"}))
    with pytest.raises(TransientError) as caught:
        read(client, LINK)
    assert caught.value.retry_after == 30


@pytest.mark.parametrize(
    ("answer", "handle"),
    [
        ({"author_unique_id": "Evony"}, "evony"),
        ({"author_unique_id": "an\u212aa", "author_url": "https://www.tiktok.com/@anna"}, None),
        ({"author_url": "https://www.tiktok.com/@Scout2015"}, "scout2015"),
        ({"author_url": "https://www.tiktok.com/@scout2015/?lang=en"}, "scout2015"),
        ({"author_url": "https://www.tiktok.com/@scout2015/video/1"}, None),
        ({"author_url": "https://["}, None),
        ({"author_url": 7, "author_unique_id": ["anna"]}, None),
        ({}, None),
    ],
)
def test_the_author_is_named_by_the_handle_or_else_by_the_url(
    tiktok: StandIn, client: TikTokClient, answer: dict[str, Any], handle: str | None
) -> None:
    tiktok.script("/oembed", json_reply({"type": "video", **answer}))
    assert read(client, LINK).author_handle == handle


def test_a_video_may_have_no_caption_and_no_cover(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script("/oembed", json_reply({"type": "video", "title": "", "thumbnail_width": "576"}))
    assert read(client, LINK) == Embed(
        title="",
        author_handle=None,
        author_name="",
        thumbnail_url=None,
        thumbnail_width=None,
        thumbnail_height=None,
    )


def test_the_cover_comes_from_the_cdn(tiktok: StandIn, client: TikTokClient) -> None:
    assert fetch_cover(client, cover_url(VIDEO)) == COVER.read_bytes()
    assert tiktok.asked[-1].host == "p16-sign.tiktokcdn-us.com"


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/cover.jpeg", "https://www.tiktok.com/cover.jpeg", "http://10.0.0.1/"],
)
def test_a_cover_elsewhere_is_not_fetched(tiktok: StandIn, client: TikTokClient, url: str) -> None:
    tiktok.script(COVER_PATH, redirect(url))
    for start in (url, cover_url(VIDEO)):
        with pytest.raises(PermanentError, match="it isn't asked"):
            fetch_cover(client, start)
    assert len(tiktok.asked) == 1


def test_a_cover_has_at_most_10_megabytes(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script(COVER_PATH, Reply(body=bytes(COVER_BYTES)), Reply(body=bytes(COVER_BYTES + 1)))
    assert len(fetch_cover(client, cover_url(VIDEO))) == 10_000_000
    with pytest.raises(PermanentError, match="at most 10000000 bytes"):
        fetch_cover(client, cover_url(VIDEO))


def test_a_cover_whose_url_has_expired_is_permanent(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script(COVER_PATH, Reply(status=403))
    with pytest.raises(PermanentError) as caught:
        fetch_cover(client, cover_url(VIDEO))
    assert caught.value.status == 403
