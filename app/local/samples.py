"""What the hub on this machine starts with: the creators that the stand-in for TikTok knows."""

from datetime import UTC, datetime

from app.hub import creators, links
from app.hub.creators import Creator
from app.hub.links import Link
from app.hub.table import HubTable
from app.hub.times import stamp
from app.local import tiktok_samples

_LONG_AGO = stamp(datetime(2026, 1, 1, tzinfo=UTC))


def add_samples(table: HubTable) -> Creator:
    """Creators as after their sign-in, and a link of one's own; returns the one who has it."""
    added = [_creator(sample) for sample in tiktok_samples.CREATORS]
    for creator in added:
        creators.save(table, creator)
    first = added[0]
    links.add(
        table,
        Link(
            id=links.found_id(first.id, _OWN_URL),
            creator_id=first.id,
            url=_OWN_URL,
            title="My soup pot",
            source="made",
            created_at=_LONG_AGO,
            hashtags=("soup",),
        ),
    )
    return first


_OWN_URL = "https://shop.example.com/p/soup-pot"


def _creator(sample: tiktok_samples.Creator) -> Creator:
    return Creator(
        id=creators.id_of(sample.open_id),
        handle=sample.handle,
        display_name=sample.display_name,
        created_at=_LONG_AGO,
    )
