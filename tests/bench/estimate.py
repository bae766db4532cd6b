"""How time and memory of an estimate grow with the resources: part of `make bench`."""

from __future__ import annotations

import time
import tracemalloc

from buylink.costs.estimate import estimate
from buylink.costs.prices.book import packaged
from buylink.graph import Graph, Resource

KINDS = (
    "aws:ec2/natGateway:NatGateway",
    "aws:sqs/queue:Queue",
    "aws:ec2/vpc:Vpc",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:secretsmanager/secret:Secret",
)
ROUNDS = 3


def main() -> None:
    seconds: dict[int, float] = {}
    for number in (1_000, 10_000, 100_000):
        graph = graph_of(number)
        seconds[number] = min(timed(graph) for _ in range(ROUNDS))
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


def timed(graph: Graph) -> float:
    began = time.perf_counter()
    estimate(Graph("s", "t", graph.resources), packaged().in_region("us-east-1"), {})
    return time.perf_counter() - began


def peak(graph: Graph) -> int:
    tracemalloc.start()
    estimate(Graph("s", "t", graph.resources), packaged().in_region("us-east-1"), {})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


if __name__ == "__main__":
    main()
