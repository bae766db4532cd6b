"""What TikTok shows without a sign-in: where short links lead, what oEmbed tells, and covers."""

from dataclasses import replace

import pytest

from app.hub.tiktok.client import MOST_REDIRECTS, TikTokClient
from app.hub.tiktok.errors import NoSuchVideoError, PermanentError, TransientError
from app.hub.tiktok.public_pages import COVER_BYTES, Embed, fetch_cover, read_embed, resolve
from app.hub.tiktok.urls import ShortLink, VideoUrl
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply, cover_url, json_reply, redirect
from dev.hub.tiktok_samples import COVER, VIDEOS

VIDEO = VIDEOS[0]
VIDEO_URL = VideoUrl(video_id=VIDEO.video_id, handle=VIDEO.handle)
SHORT_LINK = ShortLink(url="https://vm.tiktok.com/ZMtest/")
SHORT_PATH = "/ZMtest/"


@pytest.mark.parametrize(
    "start",
    ["https://vm.tiktok.com/", "https://vt.tiktok.com/", "https://www.tiktok.com/t/"],
)
def test_a_short_link_leads_to_its_video_whose_page_is_not_asked_for(
    tiktok: StandIn, client: TikTokClient, start: str
) -> None:
    assert resolve(client, ShortLink(url=f"{start}{VIDEO.short_code}/")) == VIDEO_URL
    assert [asked.method for asked in tiktok.asked] == ["HEAD"]


def test_a_short_link_may_lead_through_other_pages_of_tiktok(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script(SHORT_PATH, redirect("https://www.tiktok.com/t/ZTnext/"))
    tiktok.script("/t/ZTnext/", redirect("http://m.tiktok.com/on-the-way?x=1"))
    tiktok.script("/on-the-way", redirect(f"/v/{VIDEO.video_id}.html?u_code=1"))
    assert resolve(client, SHORT_LINK) == VideoUrl(video_id=VIDEO.video_id)
    assert [asked.host for asked in tiktok.asked] == [
        "vm.tiktok.com",
        "www.tiktok.com",
        "m.tiktok.com",
    ]


def test_a_short_link_that_leads_to_no_video_is_permanent(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script("/", Reply())
    with pytest.raises(NoSuchVideoError, match="expected it to lead to a video"):
        resolve(client, SHORT_LINK)
    tiktok.script(SHORT_PATH, Reply(status=404))
    with pytest.raises(NoSuchVideoError):
        resolve(client, SHORT_LINK)


@pytest.mark.parametrize(
    "location",
    [
        f"https://evil.example/@{VIDEO.handle}/video/{VIDEO.video_id}",
        f"//evil.example/@{VIDEO.handle}/video/{VIDEO.video_id}",
        f"https://www.tiktok.com:444/@{VIDEO.handle}/video/{VIDEO.video_id}",
        f"https://a@www.tiktok.com/@{VIDEO.handle}/video/{VIDEO.video_id}",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:8080/",
        "https://open.tiktokapis.com/v2/user/info/",
        "gopher://www.tiktok.com/",
        "https://[",
    ],
)
def test_a_short_link_that_leads_off_tiktok_is_not_followed(
    tiktok: StandIn, client: TikTokClient, location: str
) -> None:
    tiktok.script(SHORT_PATH, redirect(location))
    with pytest.raises(PermanentError, match="it isn't asked"):
        resolve(client, SHORT_LINK)
    assert len(tiktok.asked) == 1


def test_a_circle_of_short_links_ends_after_five_requests(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script(SHORT_PATH, *[redirect(SHORT_LINK.url)] * 9)
    with pytest.raises(NoSuchVideoError):
        resolve(client, SHORT_LINK)
    assert len(tiktok.asked) == MOST_REDIRECTS


@pytest.mark.parametrize(("status", "kind"), [(503, TransientError), (403, PermanentError)])
def test_trouble_on_the_way_is_told_as_it_is(
    tiktok: StandIn, client: TikTokClient, status: int, kind: type[Exception]
) -> None:
    tiktok.script(SHORT_PATH, Reply(status=status))
    with pytest.raises(kind, match=f"got {status}"):
        resolve(client, SHORT_LINK)


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
    assert read_embed(client, VIDEO_URL) == EMBED
    (asked,) = tiktok.asked
    assert (asked.method, asked.host, asked.path) == ("GET", "www.tiktok.com", "/oembed")
    assert asked.query == {"url": VIDEO_URL.url}


def test_a_video_is_found_without_its_creators_handle(client: TikTokClient) -> None:
    assert read_embed(client, replace(VIDEO_URL, handle=None)) == EMBED


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
        read_embed(client, VIDEO_URL)


def test_a_video_that_tiktok_does_not_know_is_permanent(client: TikTokClient) -> None:
    with pytest.raises(NoSuchVideoError) as caught:
        read_embed(client, VideoUrl(video_id="1"))
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "reply", [Reply(status=403), Reply(body=b"<html>a page for people"), redirect("https://a.b/")]
)
def test_a_refusal_is_permanent_but_not_said_to_be_the_videos_fault(
    tiktok: StandIn, client: TikTokClient, reply: Reply
) -> None:
    tiktok.script("/oembed", reply)
    with pytest.raises(PermanentError) as caught:
        read_embed(client, VIDEO_URL)
    assert not isinstance(caught.value, NoSuchVideoError)


def test_too_many_requests_are_transient(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script("/oembed", Reply(status=429, headers={"Retry-After": "30"}))
    with pytest.raises(TransientError) as caught:
        read_embed(client, VIDEO_URL)
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
    tiktok: StandIn, client: TikTokClient, answer: dict[str, object], handle: str | None
) -> None:
    tiktok.script("/oembed", json_reply({"type": "video", **answer}))
    assert read_embed(client, VIDEO_URL).author_handle == handle


def test_a_video_may_have_no_caption_and_no_cover(tiktok: StandIn, client: TikTokClient) -> None:
    tiktok.script("/oembed", json_reply({"type": "video", "title": "", "thumbnail_width": "576"}))
    assert read_embed(client, VIDEO_URL) == Embed(
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
