"""The work on one video: AWS on loopback, TikTok's stand-in, real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import httpx
import pytest
from PIL import Image

from app.ai_worker.frame_reader import FrameReader
from app.ai_worker.product_finder import Caption, Product, RuleFinder
from app.ai_worker.video_work import VideoPictures, VideoWork
from app.hub import creators, links, videos
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.metrics import Metrics
from app.hub.mode import GuardMode
from app.hub.table import HubTable
from app.hub.tiktok.client import TikTokClient
from app.hub.tiktok.errors import TransientError
from app.hub.times import now
from app.hub.videos import Video
from dev.hub import tiktok_samples
from dev.hub.aws import AwsServer
from dev.hub.tiktok import StandIn, stand_in
from dev.hub.tiktok_pages import Reply
from dev.hub.tiktok_samples import ANNA, BEN
from tests.app.ai_worker.clips import clip

STACK = "buylink-test"
PAN, _, SOUP, TENT = tiktok_samples.VIDEOS
OEMBED = "/oembed"


@dataclass
class Hub:
    """A creator, and the work on their videos."""

    aws: AwsServer
    table: HubTable
    tiktok: StandIn
    work: VideoWork
    creator_id: str
    state_table: str

    def post(self, sample: tiktok_samples.Video) -> Video:
        return videos.take(
            self.table,
            video_id=sample.video_id,
            creator_id=self.creator_id,
            url=f"https://www.tiktok.com/@{sample.handle}/video/{sample.video_id}",
            source="posted",
            moment=now(),
        ).video

    def video(self, sample: tiktok_samples.Video) -> Video:
        video = videos.find(self.table, sample.video_id)
        assert video is not None
        return video

    def links(self) -> list[Link]:
        return links.page(self.table, self.creator_id)[1]

    def keys(self) -> list[str]:
        listed = self.aws.client("s3").list_objects_v2(Bucket=self.work.pictures.thumbnails)
        return [content["Key"] for content in listed.get("Contents", [])]

    def braked(self) -> VideoWork:
        self.aws.set_mode(self.state_table, STACK, "braked")
        guard = GuardMode(self.aws.client("dynamodb"), table=self.state_table, stack=STACK)
        return replace(self.work, mode=guard)


@pytest.fixture
def hub(aws: AwsServer, hub_table: HubTable) -> Iterator[Hub]:
    creator_id, state_table = creators.id_of(ANNA.open_id), aws.state_table()
    creators.save(
        hub_table,
        Creator(
            id=creator_id,
            handle=ANNA.handle,
            display_name=ANNA.display_name,
            created_at="2026-01-01T00:00:00Z",
        ),
    )
    with stand_in() as tiktok, FrameReader() as frames:
        client = TikTokClient(tiktok.url)
        work = VideoWork(
            table=hub_table,
            tiktok=client,
            finder=RuleFinder(),
            pictures=VideoPictures(
                s3=aws.client("s3"),
                tiktok=client,
                frames=frames,
                originals=aws.bucket(),
                thumbnails=aws.bucket(),
            ),
            mode=GuardMode(aws.client("dynamodb"), table=state_table, stack=STACK),
            metrics=Metrics("ai-worker", STACK),
        )
        yield Hub(aws, hub_table, tiktok, work, creator_id, state_table)


def test_a_videos_product_becomes_a_link_with_thumbnails_in_two_sizes(hub: Hub) -> None:
    hub.post(PAN)
    hub.work(PAN.video_id)
    video, [link] = hub.video(PAN), hub.links()
    assert (video.status, video.links) == ("done", (link.id,))
    assert video.caption == PAN.caption
    assert (link.url, link.video_id, link.source) == (
        "https://shop.example.com/p/cast-iron-pan",
        PAN.video_id,
        "found",
    )
    assert link.thumbnails is not None
    assert sorted(link.thumbnails) == [320, 720]
    assert sorted(hub.keys()) == sorted(link.thumbnails.values())
    stored = hub.aws.client("s3").get_object(
        Bucket=hub.work.pictures.thumbnails, Key=link.thumbnails[320]
    )
    assert (stored["ContentType"], stored["CacheControl"]) == (
        "image/webp",
        "public, max-age=31536000, immutable",
    )
    with Image.open(BytesIO(stored["Body"].read())) as picture:
        assert (picture.format, picture.width) == ("WEBP", 320)


def test_a_message_seen_twice_changes_nothing(hub: Hub) -> None:
    hub.post(PAN)
    hub.work(PAN.video_id)
    before = (hub.video(PAN), hub.links(), hub.keys())
    hub.work(PAN.video_id)
    assert (hub.video(PAN), hub.links(), hub.keys()) == before
    assert len(hub.tiktok.asked_of(OEMBED)) == 1


def test_two_workers_at_the_same_video_write_it_once(hub: Hub) -> None:
    """The second one looked before the first one wrote."""
    hub.post(PAN)
    late = _late(hub, lambda: hub.work(PAN.video_id))
    late(PAN.video_id)
    assert hub.video(PAN).status == "done"
    assert len(hub.links()) == 1
    assert len(hub.keys()) == 2


def test_work_for_a_video_that_was_queued_anew_meanwhile_writes_nothing(hub: Hub) -> None:
    posted = hub.post(PAN)
    again = _late(hub, lambda: videos.take_upload(hub.table, posted, "originals/x", now()))
    again(PAN.video_id)
    assert (hub.video(PAN).status, hub.video(PAN).revision) == ("queued", 2)
    assert hub.links() == []


def _late(hub: Hub, meanwhile: Callable[[], object]) -> VideoWork:
    """Work during which something happens after the video was read."""

    class Finder(RuleFinder):
        def find(self, caption: Caption) -> tuple[Product, ...]:
            meanwhile()
            return super().find(caption)

    return replace(hub.work, finder=Finder())


def test_a_hashtag_shows_the_video_on_the_creators_own_link(hub: Hub) -> None:
    link = Link(
        id=links.new_id(),
        creator_id=hub.creator_id,
        url="https://shop.example.com/p/soup-pot",
        title="My soup pot",
        source="made",
        created_at="2026-01-01T00:00:00Z",
        hashtags=("soup",),
    )
    links.add(hub.table, link)
    hub.post(SOUP)
    hub.work(SOUP.video_id)
    [link] = hub.links()
    assert (link.id, link.title, link.source, link.video_id) == (
        link.id,
        "My soup pot",
        "made",
        SOUP.video_id,
    )
    assert link.thumbnails is not None


def test_a_video_without_products_is_done_without_thumbnails(hub: Hub) -> None:
    hub.post(SOUP)
    hub.work(SOUP.video_id)
    assert (hub.video(SOUP).status, hub.links(), hub.keys()) == ("done", [], [])


def test_braked_the_links_come_without_thumbnails(hub: Hub) -> None:
    hub.post(PAN)
    hub.braked()(PAN.video_id)
    [link] = hub.links()
    assert (hub.video(PAN).status, link.thumbnails, hub.keys()) == ("done", None, [])


def test_what_the_creator_changed_stays_when_another_video_shows_it(hub: Hub) -> None:
    hub.post(PAN)
    hub.work(PAN.video_id)
    [link] = hub.links()
    links.edit(hub.table, link, replace(link, title="My pan", active=False))
    again = replace(PAN, video_id="7301000000000000077")
    hub.tiktok.videos.append(again)
    hub.post(again)
    hub.work(again.video_id)
    [shown] = hub.links()
    assert (shown.title, shown.active, shown.video_id) == ("My pan", False, again.video_id)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404, body=b"{}"), "no-such-video"),
        (Reply(status=403, body=b"{}"), "tiktok-refused"),
    ],
)
def test_what_tiktok_will_never_give_ends_the_video(hub: Hub, reply: Reply, reason: str) -> None:
    hub.post(PAN)
    hub.tiktok.script(OEMBED, reply)
    hub.work(PAN.video_id)
    assert (hub.video(PAN).status, hub.video(PAN).reason) == ("failed", reason)


def test_what_may_pass_is_raised_and_the_video_stays_queued(hub: Hub) -> None:
    hub.post(PAN)
    hub.tiktok.script(OEMBED, Reply(status=503, body=b"busy"))
    with pytest.raises(TransientError):
        hub.work(PAN.video_id)
    assert hub.video(PAN).status == "queued"
    hub.work(PAN.video_id)
    assert hub.video(PAN).status == "done"


def test_another_creators_video_is_refused_and_its_owner_may_post_it(hub: Hub) -> None:
    hub.post(TENT)
    hub.work(TENT.video_id)
    assert (hub.video(TENT).status, hub.video(TENT).reason) == (
        "failed",
        "not-the-creators-video",
    )
    assert hub.links() == []
    owner = creators.id_of(BEN.open_id)
    taken = videos.take(
        hub.table,
        video_id=TENT.video_id,
        creator_id=owner,
        url=hub.video(TENT).url,
        source="posted",
        moment=now(),
    )
    assert (taken.to_do, taken.video.creator_id, taken.video.revision) == (True, owner, 2)


def test_a_cover_that_is_no_picture_ends_the_video(hub: Hub) -> None:
    hub.post(PAN)
    cover = httpx.URL(_cover_url(hub)).path
    hub.tiktok.script(cover, Reply(body=b"no picture"))
    hub.work(PAN.video_id)
    assert hub.video(PAN).reason == "unusable-media"


def _cover_url(hub: Hub) -> str:
    query = {"url": hub.video(PAN).url}
    answer = httpx.get(f"{hub.tiktok.url}/oembed", params=query, headers={"Host": "www.tiktok.com"})
    return answer.json()["thumbnail_url"]


def test_an_upload_gives_frames_instead_of_the_cover(hub: Hub) -> None:
    posted = hub.post(PAN)
    media = f"originals/{PAN.video_id}"
    hub.aws.client("s3").put_object(Bucket=hub.work.pictures.originals, Key=media, Body=clip())
    videos.take_upload(hub.table, posted, media, now())
    hub.work(PAN.video_id)
    assert hub.video(PAN).status == "done"
    [link] = hub.links()
    assert sorted(hub.keys()) == sorted((link.thumbnails or {}).values())
    assert len(hub.keys()) == 2
    assert {request.path for request in hub.tiktok.asked} == {OEMBED}


def test_an_upload_that_is_no_video_ends_it(hub: Hub) -> None:
    posted = hub.post(PAN)
    media = f"originals/{PAN.video_id}"
    hub.aws.client("s3").put_object(Bucket=hub.work.pictures.originals, Key=media, Body=b"#EXTM3U")
    videos.take_upload(hub.table, posted, media, now())
    hub.work(PAN.video_id)
    assert hub.video(PAN).reason == "unusable-media"


def test_a_video_that_nobody_posted_is_passed_over(hub: Hub) -> None:
    hub.work("7309999999999999999")
    assert hub.tiktok.asked == []
