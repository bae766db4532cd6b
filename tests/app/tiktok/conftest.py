"""A stand-in for TikTok on loopback, and a client that goes to it."""

from collections.abc import Iterator

import pytest

from app.hub.tiktok.client import TikTokClient
from dev.hub.tiktok import StandIn, stand_in


@pytest.fixture
def tiktok() -> Iterator[StandIn]:
    """A new stand-in."""
    with stand_in() as running:
        yield running


@pytest.fixture
def client(tiktok: StandIn) -> TikTokClient:
    """A client of the stand-in's."""
    return TikTokClient.from_environment({"TIKTOK_ENDPOINT_URL": tiktok.url})
