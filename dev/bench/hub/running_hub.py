"""The hub's services as processes, on DynamoDB Local, ElasticMQ, moto and TikTok's stand-in."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from app.hub import links
from app.hub.intake import Intake
from app.hub.links import Link
from app.hub.times import now, stamp
from dev.bench.hub.load import LoadError
from dev.emulators.emulated_aws import EmulatedAws
from dev.hub.backend import HubBackend
from dev.hub.tiktok import StandIn, stand_in
from dev.hub.tiktok_samples import Video
from dev.processes import REPOSITORY, ServiceProcess

START_SECONDS = 90


class RunningHub:
    """A context: everything ends with it. Services are started by their module's name."""

    def __init__(self, libraries: Path, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        with ExitStack() as started:
            self.aws = EmulatedAws(libraries, folder)
            started.callback(self.aws.stop)
            self.tiktok = started.enter_context(stand_in())
            self.backend = HubBackend(self.aws)
            self.thumbnails = self.aws.bucket()
            self._stack = started.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def intake(self) -> Intake:
        """What the APIs take videos in with."""
        return Intake(self.backend.table, self.aws.client("sqs"), self.backend.queue.url)

    def thumbnail_sizes(self) -> list[int]:
        """Bytes of each that is stored."""
        pages = self.aws.client("s3").get_paginator("list_objects_v2")
        return [
            content["Size"]
            for page in pages.paginate(Bucket=self.thumbnails)
            for content in page.get("Contents", [])
        ]

    def start(self, module: str, **changes: str) -> ServiceProcess:
        """As in production, but for limits that only one client's load would meet."""
        folder = self._folder / f"{module}-{time.monotonic_ns()}"
        folder.mkdir()
        settings = {
            **self.backend.environment,
            "THUMBNAILS_BUCKET": self.thumbnails,
            "TIKTOK_ENDPOINT_URL": self.tiktok.url,
            "LOG_ONE_IN": "10",
            "REQUESTS_PER_SECOND": "10000",
            "ACTIONS_PER_DAY": "1000000",
            "ECS_AGENT_URI": "",
            "POLL_SECONDS": "20",
            **changes,
        }
        service = ServiceProcess(module, folder, cwd=REPOSITORY, **settings)
        self._stack.callback(service.kill)
        wait_until(lambda: _is_up(service), module)
        if service.process.poll() is not None:
            raise RuntimeError(f"{module}: it ended: {service.output}{service.errors}")
        return service


def _is_up(service: ServiceProcess) -> bool:
    """Or down for good."""
    said = service.logged("listening") or service.logged("polling")
    return bool(said) or service.process.poll() is not None


def wait_until(condition: Callable[[], object], what: str, seconds: float = START_SECONDS) -> None:
    """Raises TimeoutError when the condition doesn't hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: expected within {seconds} s, got nothing")
        time.sleep(0.02)


_THUMBNAILS = {
    width: f"thumbnails/7301000000000000001/0123456789ab-{width}.webp" for width in (320, 720)
}


def page_of(backend: HubBackend, handle: str, number: int) -> list[Link]:
    """A creator's page of so many links, each with thumbnails; returns the links."""
    creator = backend.creator(handle)
    page = [
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
    backend.table.write_all(
        [links.shown_in(link, "7301000000000000001", _THUMBNAILS) for link in page]
    )
    return page


def known_video(tiktok: StandIn, handle: str, video_id: str, products: int) -> Video:
    """A video that TikTok knows from now on, with so many products that no other has."""
    shops = " ".join(
        f"https://shop.example.com/p/{video_id}-{number}" for number in range(products)
    )
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
