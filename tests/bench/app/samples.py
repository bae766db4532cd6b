"""Creators, links and videos that the benchmark asks about."""

from app.hub import links
from app.hub.links import Link
from app.hub.times import now, stamp
from app.local.tiktok import StandIn
from app.local.tiktok_samples import Video
from tests.app.hub_backend import HubBackend
from tests.app.service_process import ServiceProcess
from tests.bench.app.load import LoadError

_THUMBNAILS = {
    width: f"thumbnails/7301000000000000001/0123456789ab-{width}.webp" for width in (320, 720)
}


def page_of(backend: HubBackend, handle: str, number: int) -> list[Link]:
    """A creator's page of so many links, each with thumbnails; returns the links."""
    creator = backend.creator(handle)
    made = [
        Link(
            id=links.found_id(creator.id, str(place)),
            creator_id=creator.id,
            url=f"https://shop.example.com/products/cast-iron-pan-{place}",
            title=f"Cast iron pan, number {place}",
            source="found",
            created_at=stamp(now()),
            hashtags=("cooking", "castiron"),
        )
        for place in range(number)
    ]
    backend.table.write_all([links.shown_in(it, "7301000000000000001", _THUMBNAILS) for it in made])
    return made


def known_video(tiktok: StandIn, handle: str, video_id: str, products: int) -> Video:
    """A video that TikTok knows from now on, with so many products that no other has."""
    shops = " ".join(f"https://shop.example.com/p/{video_id}-{it}" for it in range(products))
    video = Video(
        video_id=video_id,
        handle=handle,
        caption=f"What I cook with every day, and like {shops} #cooking #kitchen",
        create_time=1_700_000_000,
        short_code=video_id,
    )
    tiktok.videos.append(video)
    return video


def acknowledged(worker: ServiceProcess) -> int:
    """Messages that a worker has done so far, by its log. Raises LoadError when one failed."""
    if '"message": "work failed"' in worker.output:
        raise LoadError(f"ai-worker: expected no failure, got {worker.logged('work failed')[0]}")
    return worker.output.count('"message": "acknowledged"')
