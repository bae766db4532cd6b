"""The creators and videos that the stand-in for TikTok knows at first."""

from dataclasses import dataclass
from pathlib import Path

# 576 by 1024 pixels; every video has it.
COVER = Path(__file__).with_name("cover.jpg")
COVER_WIDTH, COVER_HEIGHT = 576, 1024


@dataclass(frozen=True, kw_only=True)
class Creator:
    """A TikTok account; the open id is the one that TikTok gives the hub's app."""

    handle: str
    open_id: str
    display_name: str


@dataclass(frozen=True, kw_only=True)
class Video:
    """A public video of a creator's, posted at `create_time` (epoch seconds)."""

    video_id: str
    handle: str
    caption: str
    create_time: int
    short_code: str


ANNA = Creator(
    handle="anna.cooks",
    open_id="723f24d7-e717-40f8-a2b6-cb8464cd23b4",
    display_name="Anna cooks 🍳",
)
BEN = Creator(
    handle="ben_outdoors",
    open_id="8a1c6b52-03de-4f1d-9a55-3f0f6f2f9c10",
    display_name="Ben outdoors",
)

CREATORS = (ANNA, BEN)

VIDEOS = (
    Video(
        video_id="7301000000000000001",
        handle=ANNA.handle,
        caption="The only pan I use 🍳 https://shop.example.com/p/cast-iron-pan #castiron #cooking",
        create_time=1_699_900_000,
        short_code="ZMpan0001",
    ),
    Video(
        video_id="7301000000000000002",
        handle=ANNA.handle,
        caption="Knife and board: shop.example.com/p/chef-knife shop.example.com/p/oak-board #ad",
        create_time=1_700_000_000,
        short_code="ZMknife01",
    ),
    Video(
        video_id="7301000000000000003",
        handle=ANNA.handle,
        caption="Sunday soup, nothing to buy #soup",
        create_time=1_700_100_000,
        short_code="ZMsoup001",
    ),
    Video(
        video_id="7302000000000000001",
        handle=BEN.handle,
        caption="My tent after 100 nights https://outdoor.example.org/tents/ridge-2?color=green "
        "#camping #tent",
        create_time=1_700_050_000,
        short_code="ZMtent001",
    ),
)
