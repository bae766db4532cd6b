"""The hub's services under load, and what they take of AWS: `make bench-app`.

A benchmark, not a test: its ratios are of one run on one machine. With `--write`, what was measured
becomes the estimate's measured coefficients.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from buylink.costs.usage.coefficients import packaged
from dev.bench.hub import coefficients, media, operations, speed, worker_speed
from dev.bench.hub.coefficients import FILE, Figure, rounded, written
from dev.bench.hub.load import LoadError
from dev.bench.hub.operations import Operations
from dev.bench.hub.running_hub import RunningHub
from dev.bench.hub.speed import Compared, Speed
from dev.bench.hub.worker_speed import WorkerSpeed
from dev.emulators.java import LIBRARIES, JavaError
from dev.hub.tiktok_samples import ANNA


def main(arguments: list[str]) -> int:
    """The exit code: 0 measured, 1 something that is needed is missing or failed."""
    if arguments not in ([], ["--write"]):
        print(f"expected --write or nothing, got {' '.join(arguments)}", file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder, RunningHub(LIBRARIES, Path(folder)) as hub:
            measured, quick, worker = _measure(hub, Path(folder))
    except (LoadError, JavaError) as error:
        print(f"make bench-app: {error}", file=sys.stderr)
        return 1
    figures = coefficients.figures(measured, quick, worker)
    show(measured, quick, worker, figures)
    print(f"measured on {machine()}, in {time.monotonic() - began:.0f} s")
    if arguments:
        day = datetime.now(UTC).date()
        text = written(FILE.read_text("utf-8"), figures, day=day, where=machine())
        FILE.write_text(text, "utf-8")
        print(f"written to {FILE.name}: now `make goldens`, and read the diff")
    return 0


def _measure(
    hub: RunningHub, folder: Path
) -> tuple[operations.Operations, speed.Speed, worker_speed.WorkerSpeed]:
    product, api, worker = (
        hub.start(f"app.{name}") for name in ("product_service", "ingestion_api", "ai_worker")
    )
    measured = operations.measure(hub, product, api, worker)
    # What nobody needs any more would only take time from what is measured.
    product.kill()
    api.kill()
    anna = hub.backend.creator(ANNA.handle)
    uploads = worker_speed.compare(hub, worker, anna, media.clip())
    worker.kill()
    return measured, speed.measure(hub, folder), uploads


MOST_MB = 400
"""Of a task's 512."""

FLAT = 1.05
"""The last look at memory to the first."""


def show(
    operations: Operations, speed: Speed, worker: WorkerSpeed, figures: Mapping[str, Figure]
) -> None:
    """Ratios with their targets first, then memory, then the coefficients, was and is."""
    _compared("redirects", speed.redirects, at_least=1 / 2, p99_at_most=3)
    _compared("hub page, cached", speed.hub_page, at_least=1 / 3)
    _line(
        "worker, upload of four frames",
        f"{worker.ratio:.2f} of a bare loop's speed",
        f"target at least 0.8{_missed(worker.ratio >= 0.8)};"
        f" {1000 * statistics.median(worker.worker):.0f} ms of CPU"
        f" to {1000 * statistics.median(worker.bare):.0f} ms",
    )
    for kind, cost in operations.videos.items():
        _line(
            f"worker, {kind}",
            f"{1000 * cost.cpu:.0f} ms of CPU",
            f"{cost.thumbnail_kb:.0f} KB a thumbnail",
        )
    for service, memory in {**speed.memory, "ai-worker": worker.memory}.items():
        what = "requests" if service in speed.memory else "messages"
        steps = ", ".join(f"{mb:.0f} MB at {at:,}" for at, mb in (memory[0], memory[-1]))
        most, growth = max(mb for _, mb in memory), memory[-1][1] / memory[0][1]
        _line(
            f"memory of {service}",
            f"{most:.0f} MB",
            f"target under {MOST_MB}, flat{_missed(most < MOST_MB and growth < FLAT)};"
            f" {what}: {steps}",
        )
    known = packaged()
    for name, coefficient in figures.items():
        before = known[name]
        was = " ".join(f"{figure:f}" for figure in (before.low, before.typical, before.high))
        now = " ".join(map(rounded, (coefficient.low, coefficient.typical, coefficient.high)))
        _line(name, now, f"in the estimate: {was}")


def machine() -> str:
    """What this ran on."""
    cpu = next(_cpu_names(), platform.machine())
    return f"{os.cpu_count()} cores of {cpu}, Python {platform.python_version()}"


def _compared(
    what: str, compared: Compared, *, at_least: float, p99_at_most: float | None = None
) -> None:
    ours = statistics.median(load.per_second for load in compared.ours)
    _line(
        what,
        f"{compared.rate:.2f} of a bare handler's requests/s",
        f"target at least {at_least:.2f}{_missed(compared.rate >= at_least)};"
        f" {compared.per_cpu:.2f} by CPU time; {ours:,.0f}/s",
    )
    if p99_at_most:
        _line(
            f"{what}, p99",
            f"{compared.p99:.2f} times the bare handler's",
            f"target at most {p99_at_most}{_missed(compared.p99 <= p99_at_most)}",
        )


def _missed(met: object) -> str:
    return "" if met else " MISSED"


def _cpu_names() -> Iterator[str]:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            yield line.partition(":")[2].strip()


def _line(what: str, figure: str, more: str = "") -> None:
    print(f"{what:34} {figure:40} {more}".rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
