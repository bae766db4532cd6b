"""What single operations take of AWS: the figures that the estimate multiplies."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from app.hub.creators import Creator
from app.local.http_exchange import Reply
from app.local.tiktok_samples import ANNA, COVER, Video
from tests.app.hub_backend import API_KEY
from tests.app.service_process import ServiceProcess
from tests.bench.app import media, samples
from tests.bench.app.consumed import Consumed
from tests.bench.app.load import LoadError, cpu_seconds
from tests.bench.app.running_hub import RunningHub, wait_until

VIDEOS = 10
"""Of each kind, one after the other."""

CLICKS_AT_ONCE = 50
LINKS = (5, 10, 20, 100)

_QUIET_SECONDS = 1.5
"""In which clicks are written that were counted before."""

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
_ITEM_OVERHEAD_KB = 100 / 1024


@dataclass(frozen=True, kw_only=True)
class VideoCost:
    """Of one video, posted through the API and worked on: the mean of `VIDEOS`.

    `cpu` is seconds of the worker, `thumbnail_kb` the mean of all widths.
    """

    writes: float
    kept_kb: float
    queue_calls: float
    log_kb: float
    thumbnails: float
    thumbnail_kb: float
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Operations:
    """DynamoDB's request units, of what isn't in a service's memory; pages by their links."""

    videos: Mapping[str, VideoCost]
    page_reads: Mapping[int, float]
    html: Mapping[int, bytes]
    redirect_reads: float
    click_writes_alone: float
    click_writes_at_once: float
    """For each of `CLICKS_AT_ONCE`."""


def measure(
    hub: RunningHub, product: ServiceProcess, api: ServiceProcess, worker: ServiceProcess
) -> Operations:
    """With services whose calls are counted, and that nobody else asks."""
    made = {number: samples.page_of(hub.backend, f"links.{number}", number) for number in LINKS}
    visitor = _Visitor(hub, product)
    visitor.reads("/links.5")  # and the guard's mode, which is read each 15 seconds
    page_reads = {number: visitor.reads(f"/links.{number}") for number in LINKS[1:]}
    first, second, third, *_ = (it.id for it in made[10])
    redirect_reads = visitor.reads(f"/r/{first}")
    poster = _Poster(hub, hub.backend.creator(ANNA.handle), api, worker)
    photo = media.jpeg(media.photo_like(media.COVER_SIZE))
    return Operations(
        videos={
            "nothing found": poster.post(0, cover=photo),
            "a product, a drawn cover": poster.post(1, cover=COVER.read_bytes()),
            "a product": poster.post(1, cover=photo),
            "four products": poster.post(4, cover=photo),
        },
        page_reads=page_reads,
        html={number: visitor.get(f"/links.{number}") for number in LINKS},
        redirect_reads=redirect_reads,
        click_writes_alone=visitor.writes_per_click(second, 1),
        click_writes_at_once=visitor.writes_per_click(third, CLICKS_AT_ONCE),
    )


class _Visitor:
    def __init__(self, hub: RunningHub, product: ServiceProcess) -> None:
        self._dynamodb = Consumed(hub.aws.proxies["dynamodb"], hub.aws)
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{product.port}", trust_env=False)

    def get(self, path: str) -> bytes:
        answer = self._client.get(path)
        if answer.is_error:
            raise LoadError(f"{path}: expected an answer, got {answer.status_code}")
        return answer.content

    def reads(self, path: str) -> float:
        self._dynamodb.take()
        self.get(path)
        _, reads, _ = self._dynamodb.take()
        return reads

    def writes_per_click(self, link_id: str, clicks: int) -> float:
        self.get(f"/r/{link_id}")
        time.sleep(_QUIET_SECONDS)
        self._dynamodb.take()
        for _ in range(clicks):
            self.get(f"/r/{link_id}")
        time.sleep(_QUIET_SECONDS)
        _, _, writes = self._dynamodb.take()
        return writes / clicks


class _Poster:
    """Posts a creator's videos as a client does, with the API's key."""

    def __init__(
        self, hub: RunningHub, creator: Creator, api: ServiceProcess, worker: ServiceProcess
    ) -> None:
        self._hub = hub
        self._creator = creator
        self._worker = worker
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{api.port}",
            headers={"X-Api-Key": API_KEY},
            trust_env=False,
        )
        self._dynamodb, self._sqs = (
            Consumed(hub.aws.proxies[it], hub.aws) for it in ("dynamodb", "sqs")
        )
        self._posted = 7_400_000_000_000_000_000

    def post(self, products: int, *, cover: bytes) -> VideoCost:
        """Videos with so many products each that are new."""
        known = [self._known(products, cover) for _ in range(VIDEOS)]
        before = self._state()
        self._dynamodb.take()
        self._sqs.take()
        for video in known:
            self._work_on(video)
        _, _, writes = self._dynamodb.take()
        calls, _, _ = self._sqs.take()
        # Polls that find nothing come with time, not with videos.
        calls["ReceiveMessage"] = VIDEOS
        kept, log, objects, size, cpu = (
            now - then for now, then in zip(self._state(), before, strict=True)
        )
        return VideoCost(
            writes=writes / VIDEOS,
            kept_kb=kept / VIDEOS,
            queue_calls=calls.total() / VIDEOS,
            log_kb=log / VIDEOS,
            thumbnails=objects / VIDEOS,
            thumbnail_kb=size / objects if objects else 0.0,
            cpu=cpu / VIDEOS,
        )

    def _known(self, products: int, cover: bytes) -> Video:
        self._posted += 1
        video = samples.known_video(
            self._hub.tiktok, self._creator.handle, str(self._posted), products
        )
        path = f"/{video.video_id}~cover.jpeg"
        self._hub.tiktok.script(path, Reply(headers={"Content-Type": "image/jpeg"}, body=cover))
        return video

    def _work_on(self, video: Video) -> None:
        acknowledged = samples.acknowledged(self._worker)
        address = f"https://www.tiktok.com/@{video.handle}/video/{video.video_id}"
        body = {"url": address, "creator": self._creator.id}
        self._client.post("/v1/videos", json=body).raise_for_status()
        # To ask the API would count as reads.
        wait_until(lambda: samples.acknowledged(self._worker) > acknowledged, video.video_id)

    def _state(self) -> tuple[float, float, float, float, float]:
        """KB kept, KB logged, thumbnails, their KB, and the worker's CPU seconds, so far."""
        sizes = self._hub.thumbnail_sizes()
        return (
            self._kept_kb(),
            len(self._worker.output) / 1024,
            len(sizes),
            sum(sizes) / 1024,
            cpu_seconds(self._worker.process.pid),
        )

    def _kept_kb(self) -> float:
        """Of the table and its index, as AWS bills it."""
        name = self._hub.backend.table.name
        about = self._hub.aws.client("dynamodb").describe_table(TableName=name)["Table"]
        [index] = about["GlobalSecondaryIndexes"]
        size = (about["TableSizeBytes"] + index["IndexSizeBytes"]) / 1024
        return size + (about["ItemCount"] + index["ItemCount"]) * _ITEM_OVERHEAD_KB
