"""What the tests of the hub's records begin with."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.hub import creators, videos
from app.hub.creators import Creator
from app.hub.table import HubTable
from app.hub.videos import TakenVideo

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
VIDEO_ID = "7301234567890123456"
URL = f"https://www.tiktok.com/@anna.cooks/video/{VIDEO_ID}"
ANNA = Creator(
    id=creators.id_of("anna"),
    handle="anna.cooks",
    display_name="Anna 🍳",
    created_at="2026-11-25T12:00:00Z",
)


def take(table: HubTable, video_id: str = VIDEO_ID, moment: datetime = NOON) -> TakenVideo:
    """Anna posts a video."""
    return videos.take(
        table, video_id=video_id, creator_id=ANNA.id, url=URL, source="posted", moment=moment
    )


@dataclass
class Clock:
    """Monotonic seconds; `clock.now += 5` lets five pass."""

    now: float = 1000.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now
