"""What growth and options take, beside a plain preview: part of `make bench`.

Processor time of all processes, so that a busy machine counts less; ratios are of one run.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUYLINK = Path(sys.executable).with_name("buylink")
POINTS = 100
CORES = 2
SWEEP = ",".join(str(round(100 * 1000 ** (it / (POINTS - 1)))) for it in range(POINTS))
"""From 100 to 100,000, each so many times the one before."""


def main() -> None:
    preview = show("buylink preview prod", "preview", "prod")
    growth = show(f"buylink growth, {POINTS} points of users", "growth", "prod", "--users", SWEEP)
    videos = show("the same of videos", "growth", "prod", "--videos", SWEEP, "--goal", "0")
    options = show("buylink options prod", "options", "prod")
    for what, seconds, target in (
        ("growth / preview", growth, 5),
        ("growth of videos / preview", videos, 5),
        ("options / preview", options, 10),
    ):
        told = f"{seconds / CORES:.1f} s on {CORES} quiet cores, target {target} s"
        print(f"{what:38} {seconds / preview:6.1f}    {told}")


def show(what: str, *arguments: str) -> float:
    """Runs the command; returns the processor seconds that it took."""
    before, began = spent(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BUYLINK, *arguments], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    seconds = spent() - before
    print(f"{what:38} {seconds:6.1f} s of processors, {time.perf_counter() - began:.1f} s passed")
    return seconds


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
