"""How long the command's work takes: `make bench`. A benchmark, not a test.

A cold preview; estimates of up to 100,000 resources; growth and options beside a plain preview, in
processor time of all processes, so that a busy machine counts less. Ratios are of one run.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from buylink.costs.estimate import estimate
from buylink.costs.prices.book import packaged
from buylink.graph import Graph, Resource
from buylink.preview.pack import PolicyPack
from buylink.preview.program import RunningProgram
from buylink.preview.warm_up import warm_up
from buylink.settings.stack_files import read_stack_file

PROJECT = Path(__file__).resolve().parent.parent.parent
BUYLINK = Path(sys.executable).with_name("buylink")

PREVIEWS = 5
KINDS = (
    "aws:ec2/natGateway:NatGateway",
    "aws:sqs/queue:Queue",
    "aws:ec2/vpc:Vpc",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:secretsmanager/secret:Secret",
)
ESTIMATES = 3

POINTS = 100
CORES = 2
SWEEP = ",".join(str(round(100 * 1000 ** (point / (POINTS - 1)))) for point in range(POINTS))
"""From 100 to 100,000, each so many times the one before."""


def main() -> None:
    preview()
    estimates()
    planning()


def preview() -> None:
    one: list[float] = []
    three: list[float] = []
    for _ in range(PREVIEWS):  # in turn, so that a change of the machine's speed meets both
        one.append(seconds_of(lambda: run_preview("prod")))
        three.append(seconds_of(run_preview))
    start, analyze = pack_share()
    show_times("buylink preview prod", one, "target 5 s on two cores")
    show_times("buylink preview (three stacks)", three, "")
    ratio = statistics.median(three) / statistics.median(one)
    print(f"{'three stacks / one':34} {ratio:6.2f}    target at most 1.6")
    print(f"{'the pack: start':34} {start:6.2f} s  beside the program's own imports")
    print(f"{'the pack: all answers on prod':34} {analyze:6.2f} s  target under 1 s")


def run_preview(*stacks: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [BUYLINK, "preview", *stacks], cwd=folder, stdout=subprocess.DEVNULL, check=True
        )


def pack_share() -> tuple[float, float]:
    warm_up(PROJECT)
    config = read_stack_file(PROJECT, "prod").pulumi_config()
    registrations = RunningProgram(PROJECT, "buylink", "prod", config).result(60).registrations
    with PolicyPack(PROJECT / "policies", limit=30) as pack:
        start = seconds_of(lambda: pack.connect("buylink", "prod", config, {}))
        return start, seconds_of(lambda: pack.analyze(registrations))


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def show_times(what: str, times: list[float], target: str) -> None:
    median, low, high = statistics.median(times), min(times), max(times)
    print(f"{what:34} {median:6.2f} s  ({low:.2f} to {high:.2f} in {PREVIEWS} runs)  {target}")


def estimates() -> None:
    seconds: dict[int, float] = {}
    for number in (1_000, 10_000, 100_000):
        graph = graph_of(number)
        seconds[number] = min(estimate_seconds(graph) for _ in range(ESTIMATES))
        what, megabytes = f"an estimate of {number:,} resources", peak(graph) / 1e6
        print(f"{what:34} {seconds[number]:6.2f} s  {megabytes:.0f} MB at most")
    for more, fewer in ((10_000, 1_000), (100_000, 10_000)):
        what = f"{more:,} / {fewer:,}"
        print(f"{what:34} {seconds[more] / seconds[fewer]:6.1f}    linear is 10")


def graph_of(number: int) -> Graph:
    resources = tuple(
        Resource(urn=f"urn:pulumi:t::s::{kind}::{index}", type=kind, name=str(index))
        for index in range(number // len(KINDS))
        for kind in KINDS
    )
    return Graph("s", "t", resources)


def estimate_seconds(graph: Graph) -> float:
    began = time.perf_counter()
    estimate(Graph("s", "t", graph.resources), packaged().in_region("us-east-1"), {})
    return time.perf_counter() - began


def peak(graph: Graph) -> int:
    tracemalloc.start()
    estimate(Graph("s", "t", graph.resources), packaged().in_region("us-east-1"), {})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def planning() -> None:
    preview = show_processors("buylink preview prod", "preview", "prod")
    growth = show_processors(
        f"buylink growth, {POINTS} points of users", "growth", "prod", "--users", SWEEP
    )
    videos = show_processors(
        "the same of videos", "growth", "prod", "--videos", SWEEP, "--goal", "0"
    )
    options = show_processors("buylink options prod", "options", "prod")
    for what, seconds, target in (
        ("growth / preview", growth, 5),
        ("growth of videos / preview", videos, 5),
        ("options / preview", options, 10),
    ):
        text = f"{seconds / CORES:.1f} s on {CORES} quiet cores, target {target} s"
        print(f"{what:38} {seconds / preview:6.1f}    {text}")


def show_processors(what: str, *arguments: str) -> float:
    """Runs the command; returns the processor seconds that it took."""
    before, began = processor_seconds(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BUYLINK, *arguments], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    seconds = processor_seconds() - before
    print(f"{what:38} {seconds:6.1f} s of processors, {time.perf_counter() - began:.1f} s passed")
    return seconds


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
