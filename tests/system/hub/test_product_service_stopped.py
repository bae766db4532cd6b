"""SIGTERM to the product service while it is asked as fast as it answers."""

import re
import signal
import subprocess
import time
from pathlib import Path

from dev.emulators.fault_proxy import INTERNAL, FaultProxy
from dev.hub.backend import HubBackend
from tests.app.conftest import StartService

CONNECTIONS = 16
LOAD_SECONDS = 6
DRAIN_SECONDS = 15
WITHIN_SECONDS = 60

_REPORT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("requests=%d failed=%d\\n", summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def test_sigterm_under_load_drops_no_request_and_loses_no_click(
    hub: HubBackend,
    dynamodb: FaultProxy,
    start_service: StartService,
    tmp_path: Path,
) -> None:
    creator = hub.creator("under.load")
    link = hub.link(creator)
    service = start_service(
        "app.product_service",
        **hub.environment | {"DRAIN_SECONDS": str(DRAIN_SECONDS), "LOG_ONE_IN": "100000"},
    )
    script = tmp_path / "report.lua"
    script.write_text(_REPORT)
    assert service.request("GET", f"/r/{link.id}").status_code == 302
    load = subprocess.Popen(
        [
            *("wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={LOAD_SECONDS}s"),
            *("--timeout=10s", f"--script={script}"),
            f"http://127.0.0.1:{service.port}/r/{link.id}",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    service.wait_until(lambda: counted(hub, link.id) > 1, "under load")
    service.signal(signal.SIGTERM)
    service.wait_until(lambda: service.logged("draining"), "draining")
    # The table fails as well: what is counted now has to wait in memory.
    with dynamodb.failing(INTERNAL):
        said, _ = load.communicate(timeout=WITHIN_SECONDS)
        time.sleep(1)
    assert service.process.wait(WITHIN_SECONDS) == 0
    counts = re.search(r"requests=(\d+) failed=(\d+)", said)
    assert counts is not None, said
    answered, failed = int(counts[1]) + 1, int(counts[2])
    assert failed == 0
    # wrk ends without waiting for what it asked last.
    assert answered <= counted(hub, link.id) <= answered + CONNECTIONS
    assert service.errors == ""
    assert service.logged("clicks lost") == []


def counted(hub: HubBackend, link_id: str) -> int:
    return sum(
        link_day.clicks
        for link_day in hub.stats(hub.creator("under.load"))
        if link_day.link_id == link_id
    )
