"""The estimate's coefficients, from what was measured."""

import gzip
import json
import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.hub.web.api import LOG_ONE_IN
from buylink.costs.usage import coefficients
from dev.bench.hub.operations import CLICKS_AT_ONCE, Operations
from dev.bench.hub.speed import Speed
from dev.bench.hub.worker_speed import WorkerSpeed

CPU_AIMED_AT = 0.6
"""The autoscaler's `cpuTarget`: no task is to be busier for long."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Low, typical, high, and what was measured."""

    low: float
    typical: float
    high: float
    source: str


def figures(operations: Operations, speed: Speed, worker: WorkerSpeed) -> dict[str, Figure]:
    """By coefficient's name. What one machine can't tell is left out, and stays assumed."""
    return {
        **_of_videos(operations, worker),
        **_of_requests(operations, speed),
        **_of_pages(operations, worker),
    }


def _of_videos(operations: Operations, worker: WorkerSpeed) -> dict[str, Figure]:
    none, one, four = (
        operations.videos[kind] for kind in ("nothing found", "a product", "four products")
    )
    kinds = "videos with no, one and four products"
    calls = sorted(video.queue_calls for video in operations.videos.values())
    logs = sorted(video.log_kb for video in operations.videos.values())
    return {
        "writes_per_video": Figure(
            low=none.writes, typical=one.writes, high=four.writes, source=f"{kinds}, posted"
        ),
        "item_kb": Figure(
            low=none.kept_kb, typical=one.kept_kb, high=four.kept_kb, source=f"{kinds}, posted"
        ),
        "thumbnails": Figure(
            low=none.thumbnails,
            typical=one.thumbnails,
            high=one.thumbnails * worker.frames,
            source=f"{kinds}; an upload with four has a frame for each",
        ),
        "queue_calls": Figure(
            low=calls[0],
            typical=one.queue_calls,
            high=calls[-1],
            source=f"{kinds}, posted; without polls that find nothing",
        ),
        "log_kb_per_video": Figure(
            low=logs[0], typical=statistics.median(logs), high=logs[-1], source=f"{kinds}: worker"
        ),
    }


def _of_requests(operations: Operations, speed: Speed) -> dict[str, Figure]:
    redirects = statistics.median(our.per_cpu_second for our in speed.redirects.ours)
    logged = speed.log_kb["redirects"]
    return {
        "requests_per_vcpu": Figure(
            low=CPU_AIMED_AT * speed.posts.per_cpu_second,
            typical=CPU_AIMED_AT * speed.pages.per_cpu_second,
            high=CPU_AIMED_AT * redirects,
            source="new videos, pages that are looked up, redirects from memory; at 60 % CPU",
        ),
        "reads_per_page": Figure(
            low=operations.redirect_reads,
            typical=operations.page_reads[10],
            high=operations.page_reads[100],
            source="a redirect, and pages of 10 and 100 links, that are looked up",
        ),
        "writes_per_click": Figure(
            low=operations.click_writes_at_once,
            typical=operations.click_writes_alone,
            high=operations.click_writes_alone,
            source=f"{CLICKS_AT_ONCE} clicks on a link together, and one alone",
        ),
        "log_kb": Figure(
            low=logged,
            typical=speed.log_kb["API calls"],
            high=LOG_ONE_IN * logged,
            source="redirects, and API calls, one in ten logged; high: each, as errors are",
        ),
    }


def _of_pages(operations: Operations, worker: WorkerSpeed) -> dict[str, Figure]:
    html = operations.html
    return {
        "page_kb": Figure(
            low=len(gzip.compress(html[5])) / 1024,
            typical=len(html[10]) / 1024,
            high=len(html[20]) / 1024,
            source="HTML of 5, 10 and 20 links; that of 5 compressed",
        ),
        "thumbnail_kb": Figure(
            low=operations.videos["a product, a drawn cover"].thumbnail_kb,
            typical=operations.videos["a product"].thumbnail_kb,
            high=worker.thumbnail_kb,
            source="of a drawn cover, of a noisy one, and of noisy frames; both widths",
        ),
    }


FILE = Path(coefficients.__file__).with_name("coefficients.yaml")
_DIGITS = 2


def written(text: str, measured: Mapping[str, Figure], *, day: date, where: str) -> str:
    """The file's text with these figures, their date, and on what they were measured."""
    known = coefficients.read(text).by_name
    for name, figure in measured.items():
        amounts = ", ".join(
            f"{part}: {rounded(getattr(figure, part))}" for part in ("low", "typical", "high")
        )
        source = json.dumps(f"{figure.source}; on {where}", ensure_ascii=False)
        line = (
            f"  {name}: {{ {amounts}, unit: {known[name].unit}, basis: measured,"
            f" date: {day}, source: {source} }}"
        )
        text, lines = re.subn(
            rf"^  {name}: .*$", line.replace("\\", r"\\"), text, flags=re.MULTILINE
        )
        if lines != 1:
            raise ValueError(f"{name}: expected one line of it in the file, got {lines}")
    return text


def rounded(figure: float) -> str:
    """Two digits that count: more, and it would seem more exact than it is."""
    if not figure:
        return "0"
    exact = Decimal(repr(figure))
    places = _DIGITS - 1 - exact.adjusted()
    return f"{round(exact, places):f}" if places > 0 else f"{int(round(exact, places))}"
