"""Videos for the worker: posted, known to TikTok, and of light work unless told otherwise."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.hub import creators, videos
from app.hub.creators import Creator
from app.hub.intake import Intake
from app.hub.times import now, stamp
from dev.hub import tiktok_samples
from dev.hub.aws import AwsServer, Queue
from dev.hub.backend import HubBackend
from dev.hub.tiktok import StandIn
from dev.processes import ServiceProcess
from tests.app.conftest import StartService

MAX_RECEIVES = 3
HANDLE = tiktok_samples.ANNA.handle


@dataclass(frozen=True, kw_only=True)
class WorkQueues:
    """A queue as the stack makes it, and its dead-letter queue."""

    videos: Queue
    dead_letters: Queue

    @classmethod
    def make(cls, aws: AwsServer) -> "WorkQueues":
        """New ones."""
        dead = aws.queue()
        policy = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": str(MAX_RECEIVES)}
        return cls(videos=aws.queue(RedrivePolicy=json.dumps(policy)), dead_letters=dead)


def new_videos(tiktok: StandIn, number: int, *, caption: str = "Nothing to buy") -> list[str]:
    """The ids of videos that TikTok knows from now on."""
    ids = [str(7_400_000_000_000_000_000 + place) for place in range(number)]
    tiktok.videos.extend(
        tiktok_samples.Video(
            video_id=video_id,
            handle=HANDLE,
            caption=caption,
            create_time=1_700_000_000,
            short_code=f"ZM{video_id}",
        )
        for video_id in ids
    )
    return ids


def start_worker(
    start_service: StartService,
    hub: HubBackend,
    queues: WorkQueues,
    tiktok: StandIn,
    **changes: str,
) -> ServiceProcess:
    """One that shows a message again after three seconds."""
    usual = {
        **hub.environment,
        "QUEUE_URL": queues.videos.url,
        "TIKTOK_ENDPOINT_URL": tiktok.url,
        "VISIBILITY_SECONDS": "3",
        "POLL_SECONDS": "1",
        **changes,
    }
    return start_service("app.ai_worker", **usual)


def sign_in(hub: HubBackend) -> Creator:
    """The creator of all these videos."""
    creator = Creator(
        id=creators.id_of(HANDLE), handle=HANDLE, display_name="Anna", created_at=stamp(now())
    )
    creators.save(hub.table, creator)
    return creator


def post(hub: HubBackend, queue: Queue, video_ids: Sequence[str]) -> None:
    """As the API takes them in and queues them."""
    intake = Intake(hub.table, hub.aws.client("sqs"), queue.url)
    creator = sign_in(hub)
    for video_id in video_ids:
        intake.take(
            video_id=video_id,
            creator_id=creator.id,
            url=f"https://www.tiktok.com/@{HANDLE}/video/{video_id}",
            source="posted",
            moment=datetime.now(UTC),
        )


def of_creator(hub: HubBackend, *, most: int) -> dict[str, tuple[videos.Status, int]]:
    """Status and revision of the videos that have ended, by id."""
    ended = videos.of_creator(hub.table, creators.id_of(HANDLE), most=most)
    return {video.id: (video.status, video.revision) for video in ended}
