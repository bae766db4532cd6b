"""What single operations take of AWS: the figures that the estimate multiplies.

DynamoDB Local bills a transaction as if it had one item, and no index in it; so the units of
transactions are counted here from what they wrote, by
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
from boto3.dynamodb.types import TypeDeserializer

from app.hub.creators import Creator
from app.hub.keys import INDEX
from dev.bench.hub import media
from dev.bench.hub.load import LoadError, cpu_seconds
from dev.bench.hub.running_hub import RunningHub, acknowledged, known_video, page_of, wait_until
from dev.emulators.emulated_aws import EmulatedAws
from dev.emulators.fault_proxy import Call, FaultProxy
from dev.hub.backend import API_KEY
from dev.hub.tiktok_pages import Reply
from dev.hub.tiktok_samples import ANNA, COVER, Video
from dev.processes import ServiceProcess

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
    pages = {number: page_of(hub.backend, f"links.{number}", number) for number in LINKS}
    visitor = _Visitor(hub, product)
    visitor.reads("/links.5")  # and the guard's mode, which is read each 15 seconds
    page_reads = {number: visitor.reads(f"/links.{number}") for number in LINKS[1:]}
    first, second, third, *_ = (link.id for link in pages[10])
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
            Consumed(hub.aws.proxies[name], hub.aws) for name in ("dynamodb", "sqs")
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
        video = known_video(self._hub.tiktok, self._creator.handle, str(self._posted), products)
        path = f"/{video.video_id}~cover.jpeg"
        self._hub.tiktok.script(path, Reply(headers={"Content-Type": "image/jpeg"}, body=cover))
        return video

    def _work_on(self, video: Video) -> None:
        done = acknowledged(self._worker)
        address = f"https://www.tiktok.com/@{video.handle}/video/{video.video_id}"
        body = {"url": address, "creator": self._creator.id}
        self._client.post("/v1/videos", json=body).raise_for_status()
        # To ask the API would count as reads.
        wait_until(lambda: acknowledged(self._worker) > done, video.video_id)

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


Attribute: TypeAlias = Mapping[str, Any]
"""A value by its type, in DynamoDB's form: {"S": "text"}."""

Item: TypeAlias = Mapping[str, Attribute]
"""Attributes in DynamoDB's form."""

_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem"})
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_WRITE_UNIT_BYTES = 1024
_IN_TRANSACTION = 2


class Consumed:
    """Of the calls through a proxy since the last `take`; what updates made is read from AWS."""

    def __init__(self, proxy: FaultProxy, aws: EmulatedAws) -> None:
        self._proxy = proxy
        self._aws = aws
        self._taken = 0
        self._indexed: dict[str, str | None] = {}

    def take(self) -> tuple[Counter[str], float, float]:
        """Calls by operation, read request units, and write request units."""
        calls = self._proxy.calls[self._taken :]
        self._taken += len(calls)
        done = [call for call in calls if call.status == 200]
        operations = Counter(call.operation for call in calls)
        reads = sum(_units(call) for call in done if call.operation in _READS)
        return operations, reads, sum(map(self._write_units, done))

    def _write_units(self, call: Call) -> float:
        if call.operation in _WRITES:
            self._remember(call.body.get("Item", {}))
            return _units(call)
        if call.operation == "TransactWriteItems":
            return sum(map(self._in_transaction, self._items(call)))
        return 0.0

    def _items(self, call: Call) -> Iterable[Item]:
        """As they are after the write."""
        for write in call.body["TransactItems"]:
            [request] = write.values()
            if "Item" in request:
                yield request["Item"]
            else:
                about = {"TableName": request["TableName"], "Key": request["Key"]}
                yield self._aws.client("dynamodb").get_item(**about)["Item"]

    def _in_transaction(self, item: Item) -> float:
        """The table's own units are doubled; the index follows it outside of the transaction."""
        units = -(-item_bytes(item) // _WRITE_UNIT_BYTES)
        before = self._indexed.get(_key(item))
        after = self._remember(item)
        entries = len({entry for entry in (before, after) if entry is not None})
        return units * (_IN_TRANSACTION + entries)

    def _remember(self, item: Item) -> str | None:
        """Its place in the index, None when it has none."""
        keys = [item[name] for name in (f"{INDEX}pk", f"{INDEX}sk") if name in item]
        place = json.dumps(keys) if keys else None
        if item:
            self._indexed[_key(item)] = place
        return place


def item_bytes(item: Item) -> int:
    """As DynamoDB measures an item: names and values, without its 100 bytes of overhead."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value: Attribute) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.strip("-0.").replace(".", "")) // 2 + 2
        case "M":
            return 3 + sum(1 + len(name.encode()) + _bytes(each) for name, each in content.items())
        case "L":
            return 3 + sum(1 + _bytes(each) for each in content)
        case "B":
            return len(TypeDeserializer().deserialize(value).value)
        case _:
            return 1


def _key(item: Item) -> str:
    return json.dumps([item["pk"], item["sk"]])


def _units(call: Call) -> float:
    return call.answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0)
