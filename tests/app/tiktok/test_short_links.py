"""Short links: where they lead, and whom the client asks on the way."""

import pytest

from app.hub.tiktok.client import MOST_REDIRECTS, TikTokClient
from app.hub.tiktok.errors import NoSuchVideoError, PermanentError, TransientError
from app.hub.tiktok.short_links import resolve
from app.hub.tiktok.urls import ShortLink, VideoUrl
from dev.hub.tiktok import StandIn
from dev.hub.tiktok_pages import Reply, redirect
from dev.hub.tiktok_samples import VIDEOS

VIDEO = VIDEOS[0]
FOUND = VideoUrl(video_id=VIDEO.video_id, handle=VIDEO.handle)
LINK = ShortLink(url="https://vm.tiktok.com/ZMtest/")
PATH = "/ZMtest/"


@pytest.mark.parametrize(
    "start",
    ["https://vm.tiktok.com/", "https://vt.tiktok.com/", "https://www.tiktok.com/t/"],
)
def test_a_short_link_leads_to_its_video_whose_page_is_not_asked_for(
    tiktok: StandIn, client: TikTokClient, start: str
) -> None:
    assert resolve(client, ShortLink(url=f"{start}{VIDEO.short_code}/")) == FOUND
    assert [asked.method for asked in tiktok.asked] == ["HEAD"]


def test_a_short_link_may_lead_through_other_pages_of_tiktok(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script(PATH, redirect("https://www.tiktok.com/t/ZTnext/"))
    tiktok.script("/t/ZTnext/", redirect("http://m.tiktok.com/on-the-way?x=1"))
    tiktok.script("/on-the-way", redirect(f"/v/{VIDEO.video_id}.html?u_code=1"))
    assert resolve(client, LINK) == VideoUrl(video_id=VIDEO.video_id)
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
        resolve(client, LINK)
    tiktok.script(PATH, Reply(status=404))
    with pytest.raises(NoSuchVideoError):
        resolve(client, LINK)


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
    tiktok.script(PATH, redirect(location))
    with pytest.raises(PermanentError, match="it isn't asked"):
        resolve(client, LINK)
    assert len(tiktok.asked) == 1


def test_a_circle_of_short_links_ends_after_five_requests(
    tiktok: StandIn, client: TikTokClient
) -> None:
    tiktok.script(PATH, *[redirect(LINK.url)] * 9)
    with pytest.raises(NoSuchVideoError):
        resolve(client, LINK)
    assert len(tiktok.asked) == MOST_REDIRECTS


@pytest.mark.parametrize(("status", "kind"), [(503, TransientError), (403, PermanentError)])
def test_trouble_on_the_way_is_told_as_it_is(
    tiktok: StandIn, client: TikTokClient, status: int, kind: type[Exception]
) -> None:
    tiktok.script(PATH, Reply(status=status))
    with pytest.raises(kind, match=f"got {status}"):
        resolve(client, LINK)
