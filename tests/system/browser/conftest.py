"""A headless Chromium, and a hub for it to visit."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.hub.creators import Creator
from app.hub.links import Link
from dev.hub.aws import AwsServer
from dev.hub.backend import HubBackend
from dev.processes import ServiceProcess
from tests.system.browser.install import browser

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
WIDTHS = (320, 720)

# So that no encoder has to be installed.
DRAW = """
([width, hue]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, width * 16 / 9];
  const context = canvas.getContext("2d");
  const sky = context.createLinearGradient(0, 0, width, canvas.height);
  sky.addColorStop(0, `hsl(${hue} 70% 75%)`);
  sky.addColorStop(1, `hsl(${hue + 60} 60% 35%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that `make browser` found or installed."""
    path = browser()
    assert path is not None, "expected a Chromium, got none: run `make browser`"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubBackend]:
    """A hub without any edge."""
    server = AwsServer(tmp_path_factory.mktemp("aws"))
    yield HubBackend(server)
    server.stop()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, hub: HubBackend) -> Iterator[str]:
    """Where the hub's pages are."""
    folder = tmp_path_factory.mktemp("service")
    service = ServiceProcess("app.product_service", folder, **hub.environment)
    yield f"http://127.0.0.1:{service.port}"
    service.kill()


@pytest.fixture(scope="session")
def ana(hub: HubBackend, chromium: Browser) -> tuple[Creator, list[Link]]:
    """A creator with links of all kinds, with and without pictures."""
    creator = hub.creator("ana.lamp", "Ana Lámp & Söhne")
    titles = (
        *("Desk lamp, brass", "Wool throw", "A pan that nothing sticks to, not even on Mondays"),
        *("كرسي خشبي", "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalter", "Mug"),
    )
    links = [
        hub.link(
            creator,
            title=title,
            url=f"https://{'a-shop-with-a-long-name.' * (number % 3)}shop.example/{number}",
            created_at=f"2026-01-{20 - number}T00:00:00Z",
            thumbnails=None if number % 3 == 1 else pictures(hub, chromium, number),
        )
        for number, title in enumerate(titles)
    ]
    return creator, links


def pictures(hub: HubBackend, chromium: Browser, number: int) -> dict[int, str]:
    """In the bucket of thumbnails, drawn by the browser: their keys by width."""
    s3, bucket = hub.aws.client("s3"), hub.environment["THUMBNAILS_BUCKET"]
    page = chromium.new_page()
    keys: dict[int, str] = {}
    for width in WIDTHS:
        keys[width] = f"thumbnails/7301/{number:012x}-{width}.webp"
        drawn = base64.b64decode(page.evaluate(DRAW, [width, number * 70]))
        s3.put_object(Bucket=bucket, Key=keys[width], Body=drawn, ContentType="image/webp")
    page.close()
    return keys


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages are left, to be looked at."""
    return tmp_path_factory.mktemp("shots")
