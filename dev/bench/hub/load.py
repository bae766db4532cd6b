"""Load by wrk, and what a process takes of the machine meanwhile."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 16
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class LoadError(Exception):
    """wrk is missing, or a service answered with errors."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """`p99` and `p50` are milliseconds, `bytes` a request's answer, `cpu` the service's seconds."""

    requests: int
    seconds: float
    bytes: float
    p50: float
    p99: float
    cpu: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def per_cpu_second(self) -> float:
        """What a core does that has nothing else to do."""
        return self.requests / self.cpu if self.cpu else 0.0


def load(
    url: str,
    pid: int,
    *,
    seconds: float = 2,
    connections: int = CONNECTIONS,
    script: Mapping[str, str] | None = None,
) -> Load:
    """Ask for a URL again and again; `script` are variables for wrk.lua. Raises LoadError."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise LoadError("wrk: expected it on PATH, got none: install Debian's package wrk")
    before = cpu_seconds(pid)
    done = subprocess.run(
        [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", SCRIPT, url],
        env={**os.environ, **(script or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    cpu = cpu_seconds(pid) - before
    said = json.loads(done.stdout.splitlines()[-1])
    if said["errors"]:
        raise LoadError(f"{url}: expected no errors, got {said['errors']} of {said['requests']}")
    return Load(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        bytes=said["bytes"] / max(1, said["requests"]),
        p50=said["p50"] / 1000,
        p99=said["p99"] / 1000,
        cpu=cpu,
    )


def cpu_seconds(pid: int) -> float:
    """Of a process and its children, so far."""
    return sum(_cpu_seconds(member) for member in _family(pid))


def resident_mb(pid: int) -> float:
    """Memory of a process and its children now; pages that they share are counted twice."""
    return sum(
        int(Path(f"/proc/{member}/statm").read_text().split()[1]) * _PAGE_BYTES / 1e6
        for member in _family(pid)
    )


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _family(pid: int) -> list[int]:
    children: set[str] = set()
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended meanwhile
            children.update((thread / "children").read_text().split())
    return [pid, *(descendant for child in children for descendant in _family(int(child)))]
