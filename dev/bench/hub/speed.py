"""product-service against a bare handler, and what a core of each API does."""

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.product_service.pages import MOST_CACHED
from dev.bench.hub.load import Load, load, resident_mb
from dev.bench.hub.running_hub import RunningHub, page_of
from dev.hub.backend import API_KEY
from dev.hub.tiktok_samples import ANNA
from dev.processes import ServiceProcess

ROUNDS = 7
SECONDS = 1
REQUESTS = 10_000
LOOKS = 4
"""At least, at a service's memory while it answers so many requests."""

UNCACHED_PAGES = MOST_CACHED * 3 // 2
"""So many more than are remembered, with those in flight, that each asked for in turn is looked
up."""

UNCACHED_SECONDS = 3

Memory = Sequence[tuple[int, float]]
"""Requests that were answered, and MB then."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Rounds of ours and of the bare handler's, in turn: the machine's speed changes for both."""

    ours: Sequence[Load]
    bare: Sequence[Load]

    @property
    def rate(self) -> float:
        """Of requests a second: the median of the rounds' ratios."""
        return _median(our.per_second / bare.per_second for our, bare in self._pairs())

    @property
    def per_cpu(self) -> float:
        """Of requests for each CPU second: other people's work on the machine changes it less."""
        return _median(our.per_cpu_second / bare.per_cpu_second for our, bare in self._pairs())

    @property
    def p99(self) -> float:
        """Of the quietest rounds' 99th percentiles: other people's work only adds to them."""
        return min(our.p99 for our in self.ours) / min(bare.p99 for bare in self.bare)

    def _pairs(self) -> list[tuple[Load, Load]]:
        return list(zip(self.ours, self.bare, strict=True))


@dataclass(frozen=True, kw_only=True)
class Speed:
    """`pages` are looked up each time, `posts` are videos that are new. Log in KB for each."""

    redirects: Compared
    hub_page: Compared
    pages: Load
    posts: Load
    memory: Mapping[str, Memory]
    log_kb: Mapping[str, float]


def measure(hub: RunningHub, folder: Path) -> Speed:
    """With services that reach the emulators directly."""
    link, *_ = page_of(hub.backend, "hot.page", 10)
    redirect, page = f"/r/{link.id}", "/hot.page"
    product = hub.start("app.product_service", **hub.aws.direct)
    memory = {"product-service": _memory(product, redirect)}
    log_kb = {"redirects": _logged_kb(product) / memory["product-service"][-1][0]}
    bare = hub.start("dev.bench.hub.bare_service", PAGE_FILE=str(_saved(product, page, folder)))
    redirects, hub_page = (_compare(product, bare, path) for path in (redirect, page))
    pages = _pages(hub, product, folder)
    api = hub.start("app.ingestion_api", **hub.aws.direct)
    body = f'{{"url": "https://www.tiktok.com/@{ANNA.handle}/video/7%d", "creator": "%s"}}'
    creator = hub.backend.creator(ANNA.handle)
    post = {"POST": body.replace("%s", creator.id), "API_KEY": API_KEY, "FIRST": "1000000000000"}
    posts = _ask(api, "/v1/videos", UNCACHED_SECONDS, **post)
    known = json.loads(post["POST"].replace("%d", "2" * 12))
    asked = api.request("POST", "/v1/videos", {"X-Api-Key": API_KEY}, json=known)
    memory["ingestion-api"] = _memory(api, asked.headers["Location"], API_KEY=API_KEY)
    answered = posts.requests + memory["ingestion-api"][-1][0]
    log_kb["API calls"] = _logged_kb(api) / answered
    for service in (product, bare, api):
        service.kill()
    return Speed(
        redirects=redirects,
        hub_page=hub_page,
        pages=pages,
        posts=posts,
        memory=memory,
        log_kb=log_kb,
    )


def _compare(product: ServiceProcess, bare: ServiceProcess, path: str) -> Compared:
    ours: list[Load] = []
    others: list[Load] = []
    for _ in range(ROUNDS):
        ours.append(_ask(product, path, SECONDS))
        others.append(_ask(bare, path, SECONDS))
    return Compared(ours=ours, bare=others)


def _memory(service: ServiceProcess, path: str, **script: str) -> Memory:
    answered, seen = 0, list[tuple[int, float]]()
    while answered < REQUESTS or len(seen) < LOOKS:
        answered += _ask(service, path, SECONDS, **script).requests
        seen.append((answered, resident_mb(service.process.pid)))
    return seen


def _pages(hub: RunningHub, product: ServiceProcess, folder: Path) -> Load:
    paths = folder / "paths"
    handles = [f"many.{number}" for number in range(UNCACHED_PAGES)]
    for handle in handles:
        page_of(hub.backend, handle, 10)
    paths.write_text("".join(f"/{handle}\n" for handle in handles))
    return _ask(product, "/", UNCACHED_SECONDS, PATHS=str(paths))


def _saved(product: ServiceProcess, path: str, folder: Path) -> Path:
    page = folder / "page.html"
    page.write_bytes(product.request("GET", path).content)
    return page


def _ask(service: ServiceProcess, path: str, seconds: float, **script: str) -> Load:
    url = f"http://127.0.0.1:{service.port}{path}"
    return load(url, service.process.pid, seconds=seconds, script=script)


def _logged_kb(service: ServiceProcess) -> float:
    return len(service.output) / 1024


def _median(ratios: Iterable[float]) -> float:
    return statistics.median(ratios)
