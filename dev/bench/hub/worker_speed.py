"""The worker against a bare loop over the same clip: CPU seconds for each video.

CPU, as what the worker waits for here, emulators on the same cores, is nowhere the same.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from app.hub import videos
from app.hub.creators import Creator
from app.hub.times import now
from dev.bench.hub.load import cpu_seconds, resident_mb
from dev.bench.hub.media import bare_loop
from dev.bench.hub.running_hub import RunningHub, acknowledged, known_video, wait_until
from dev.hub.tiktok_samples import BEN
from dev.processes import ServiceProcess

FRAMES = 4
ROUNDS = 5
VIDEOS = 5
"""In a round."""

MESSAGES = 10_000
MESSAGES_SECONDS = 600
LOOKS = 4


@dataclass(frozen=True, kw_only=True)
class WorkerSpeed:
    """CPU seconds for each video by round, messages done and MB then, and a thumbnail's KB."""

    worker: Sequence[float]
    bare: Sequence[float]
    memory: Sequence[tuple[int, float]]
    thumbnail_kb: float
    frames: int = FRAMES

    @property
    def ratio(self) -> float:
        """How fast the worker is: 1 as the bare loop; the median of the rounds."""
        pairs = zip(self.worker, self.bare, strict=True)
        return statistics.median(bare / worker for worker, bare in pairs)


def compare(hub: RunningHub, worker: ServiceProcess, creator: Creator, clip: bytes) -> WorkerSpeed:
    """In turn, so that a change of the machine's speed meets both."""
    hub.aws.client("s3").put_object(Bucket=hub.backend.originals, Key="originals/clip", Body=clip)
    uploads = _Uploads(hub, worker, creator)
    uploads.work_on(1)  # starts the process that reads clips
    before = hub.thumbnail_sizes()
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(ROUNDS):
        ours.append(uploads.work_on(VIDEOS))
        bare.append(statistics.mean(bare_loop(clip, FRAMES) for _ in range(VIDEOS)))
    after = hub.thumbnail_sizes()
    kb = (sum(after) - sum(before)) / (len(after) - len(before)) / 1024
    return WorkerSpeed(
        worker=ours, bare=bare, memory=uploads.memory(MESSAGES // LOOKS), thumbnail_kb=kb
    )


class NewVideo(TypedDict):
    """What `videos.take` and an intake's are given."""

    video_id: str
    creator_id: str
    url: str
    source: videos.Source
    moment: datetime


class _Uploads:
    def __init__(self, hub: RunningHub, worker: ServiceProcess, creator: Creator) -> None:
        self._hub = hub
        self._worker = worker
        self._creator = creator
        self._without_links = hub.backend.creator(BEN.handle)
        self._queued = 7_500_000_000_000_000_000

    def work_on(self, number: int) -> float:
        """Videos with an upload; the worker's CPU seconds for each."""
        before, done = cpu_seconds(self._worker.process.pid), acknowledged(self._worker)
        for _ in range(number):
            self._queue()
        wait_until(lambda: acknowledged(self._worker) == done + number, "uploads")
        return (cpu_seconds(self._worker.process.pid) - before) / number

    def memory(self, number: int) -> list[tuple[int, float]]:
        """After so many more messages each time, of videos that show nothing, and uploads."""
        seen: list[tuple[int, float]] = []
        for _ in range(LOOKS):
            done = acknowledged(self._worker)
            for _ in range(number):
                self._hub.intake.take(**self._new(self._without_links, products=0))
            wait_until(
                lambda done=done: acknowledged(self._worker) == done + number,
                "messages",
                seconds=MESSAGES_SECONDS,
            )
            self.work_on(1)
            seen.append((acknowledged(self._worker), resident_mb(self._worker.process.pid)))
        return seen

    def _queue(self) -> None:
        video = self._new(self._creator, products=FRAMES)
        taken = videos.take(self._hub.backend.table, **video)
        self._hub.intake.take_upload(taken.video, "originals/clip", now())

    def _new(self, creator: Creator, *, products: int) -> NewVideo:
        self._queued += 1
        video_id = str(self._queued)
        known_video(self._hub.tiktok, creator.handle, video_id, products)
        return NewVideo(
            video_id=video_id,
            creator_id=creator.id,
            url=f"https://www.tiktok.com/@{creator.handle}/video/{video_id}",
            source="posted",
            moment=now(),
        )
