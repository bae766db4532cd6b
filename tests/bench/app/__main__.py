"""The hub's services under load, and what they take of AWS: `make bench-app`.

A benchmark, not a test: its ratios are of one run on one machine. With `--write`, what was measured
becomes the estimate's measured coefficients.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from app.local.tiktok_samples import ANNA
from tests.bench.app import coefficients, media, operations, report, speed, worker_speed
from tests.bench.app.load import LoadError
from tests.bench.app.running_hub import RunningHub
from tests.bench.app.written import FILE, written
from tests.system.hub.install import LIBRARIES
from tests.system.hub.java import JavaError


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
    found = coefficients.figures(measured, quick, worker)
    report.show(measured, quick, worker, found)
    print(f"measured on {report.machine()}, in {time.monotonic() - began:.0f} s")
    if arguments:
        day = datetime.now(UTC).date()
        text = written(FILE.read_text("utf-8"), found, day=day, where=report.machine())
        FILE.write_text(text, "utf-8")
        print(f"written to {FILE.name}: now `make goldens`, and read the diff")
    return 0


def _measure(
    hub: RunningHub, folder: Path
) -> tuple[operations.Operations, speed.Speed, worker_speed.WorkerSpeed]:
    product, api, worker = (
        hub.start(f"app.{it}") for it in ("product_service", "ingestion_api", "ai_worker")
    )
    measured = operations.measure(hub, product, api, worker)
    # What nobody needs any more would only take time from what is measured.
    product.kill()
    api.kill()
    anna = hub.backend.creator(ANNA.handle)
    uploads = worker_speed.compare(hub, worker, anna, media.clip())
    worker.kill()
    return measured, speed.measure(hub, folder), uploads


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
