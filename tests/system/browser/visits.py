"""Visits of a page, on two phones and a desktop, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal, TypeAlias, TypedDict

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

Scheme: TypeAlias = Literal["light", "dark"]

SCREENS: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "small phone": {"width": 320, "height": 568},
    "desktop": {"width": 1280, "height": 900},
}
GRAVE = {"serious", "critical"}


@contextmanager
def visiting(
    chromium: Browser,
    url: str,
    *,
    screen: str = "phone",
    scheme: Scheme = "light",
    script: bool = True,
) -> Generator[tuple[Page, list[str]]]:
    """The page, and what the browser complains of."""
    context = chromium.new_context(
        viewport=SCREENS[screen],
        color_scheme=scheme,
        java_script_enabled=script,
        device_scale_factor=1 if screen == "desktop" else 2,
    )
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda message: complaints.append(str(message)))
    page.goto(url, wait_until="networkidle")
    yield page, complaints
    context.close()


class AxeNode(TypedDict):
    """An element that breaks a rule."""

    html: str


class AxeViolation(TypedDict):
    """A rule that a page breaks, as axe-core reports it."""

    id: str
    impact: str
    nodes: list[AxeNode]


def grave_violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds that keeps people out, with the elements."""
    violations: list[AxeViolation] = Axe().run(page).response["violations"]
    grave = [violation for violation in violations if violation["impact"] in GRAVE]
    return [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in grave]


def overflow(page: Page) -> int:
    """Pixels that the page is wider than its window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return page.evaluate(width)
