"""The hub's pages in a real browser: on a phone and a desktop, light and dark."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.hub.creators import Creator
from app.hub.links import Link
from dev.hub.backend import HubBackend
from tests.system.browser.visits import (
    GRAVE,
    SCREENS,
    Scheme,
    grave_violations,
    overflow,
    visiting,
)

Ana: TypeAlias = tuple[Creator, list[Link]]

PAGES = {"hub": "/@ana.lamp", "index": "/", "missing": "/nobody_here"}
pytestmark = pytest.mark.xdist_group("browser")
on_each_screen = pytest.mark.parametrize("screen", SCREENS)
in_each_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])
of_each_page = pytest.mark.parametrize("name", PAGES)


@on_each_screen
@in_each_scheme
@of_each_page
@pytest.mark.usefixtures("ana")
def test_a_page_keeps_nobody_out_and_complains_of_nothing(
    chromium: Browser, address: str, shots: Path, screen: str, scheme: Scheme, name: str
) -> None:
    with visiting(chromium, address + PAGES[name], screen=screen, scheme=scheme) as (
        page,
        messages,
    ):
        assert grave_violations(page) == []
        assert overflow(page) == 0
        page.screenshot(path=shots / f"{name} {screen} {scheme}.png", full_page=True)
    # The browser says itself that a page is a 404.
    assert [message for message in messages if "404 (Not Found)" not in message] == []


@pytest.mark.usefixtures("ana")
def test_a_page_follows_the_colours_of_the_system(chromium: Browser, address: str) -> None:
    grounds: list[str] = []
    for scheme in ("light", "dark"):
        with visiting(chromium, f"{address}/ana.lamp", scheme=scheme) as (page, _):
            grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(247, 246, 243)", "rgb(18, 17, 22)"]


@on_each_screen
def test_every_picture_is_shown(chromium: Browser, address: str, ana: Ana, screen: str) -> None:
    with visiting(chromium, f"{address}/ana.lamp", screen=screen) as (page, said):
        for image in page.locator("img").all():
            image.scroll_into_view_if_needed()
        page.wait_for_load_state("networkidle")
        widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        assert len(widths) == len([link for link in ana[1] if link.thumbnails])
        assert all(widths)
    assert said == []


@on_each_screen
def test_without_script_a_click_leads_to_the_shop_and_counts(
    chromium: Browser, address: str, hub: HubBackend, ana: Ana, screen: str
) -> None:
    creator, links = ana
    link = links[list(SCREENS).index(screen)]
    with visiting(chromium, f"{address}/ana.lamp", screen=screen, script=False) as (page, _):
        with page.expect_request(link.url) as request:
            page.get_by_text(link.title).click(no_wait_after=True)
        came_from = request.value.redirected_from
        assert came_from is not None
        assert came_from.url == f"{address}/r/{link.id}"
        assert request.value.header_value("referer") == f"{address}/"
    deadline = time.monotonic() + 10
    while link.id not in {link.link_id for link in hub.stats(creator) if link.clicks}:
        assert time.monotonic() < deadline, "the click is not counted"
        time.sleep(0.1)


def test_the_keyboard_reaches_every_link_and_shows_where_it_is(
    chromium: Browser, address: str, ana: Ana
) -> None:
    where = """() => {
        const style = getComputedStyle(document.activeElement);
        return [document.activeElement.getAttribute("href"), style.outlineStyle, style.outlineWidth];
    }"""
    with visiting(chromium, f"{address}/ana.lamp") as (page, _):
        reached: list[str] = []
        for _ in range(len(ana[1]) + 2):
            page.keyboard.press("Tab")
            address_of, style, width = page.evaluate(where)
            assert (style, width) == ("solid", "3px")
            reached.append(address_of)
    assert reached == [
        "https://www.tiktok.com/@ana.lamp",
        *(f"/r/{link.id}" for link in ana[1]),
        "/",
    ]


def test_axe_finds_what_is_planted(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(
        "<html><body><img src='data:,'><p style='color:#999'>grey words</p></body></html>"
    )
    violations = Axe().run(page).response["violations"]
    page.close()
    violated = {violation["id"] for violation in violations if violation["impact"] in GRAVE}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= violated
