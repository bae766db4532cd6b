"""Phrases that several outputs share, so that each changes in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from buylink.costs.estimate import Estimate
from buylink.graph import STACK_TYPE, Graph, Resource


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 resource`, `2 resources`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def printable(text: str) -> str:
    """Text without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def short_type(resource_type: str) -> str:
    """`aws:ec2/vpc:Vpc` is a `Vpc`."""
    return resource_type.rsplit(":", 1)[-1]


def type_counts(resources: Iterable[Resource]) -> str:
    """`4 Subnet, 1 Vpc`, the most frequent first."""
    counts = Counter(short_type(resource.type) for resource in resources)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{number} {name}" for name, number in ordered)


def place(graph: Graph, urn: str) -> str:
    """Where a URN is, for people: `Service buylink-prod-ingestion-api`."""
    resource = graph.by_urn.get(urn)
    if resource is None or resource.type == STACK_TYPE:
        return "the stack as a whole"
    return f"{short_type(resource.type)} {resource.name}"


def left_out(estimate: Estimate) -> Iterable[str]:
    """How much of a stack a bill covers, and what of it has no price."""
    coverage = estimate.coverage
    yield (
        f"{counted(coverage.resources, 'resource')}: {coverage.priced} priced, "
        f"{coverage.free} free, {coverage.unpriced} not priced"
    )
    for missing in estimate.unpriced:
        yield f"not priced: {missing.urn.split('::')[-1]}: {missing.reason}"


def reasons(estimate: Estimate) -> list[str]:
    """Why low and high differ, each reason once."""
    doubtful = (line for line in estimate.lines if line.monthly and not line.monthly.is_exact)
    parts = dict.fromkeys(part for line in doubtful for part in line.note.split("; ") if part)
    return [f"a range, as: {part}" for part in parts]


def basis(estimate: Estimate) -> Iterable[str]:
    """Of which prices, and what else the reader must know."""
    oldest, newest = estimate.prices_as_of
    read = f"read {oldest} to {newest}" if newest else "of which nothing here needs one"
    yield f"list prices of {estimate.region}, {read}; no tax, no discounts"
    yield from estimate.warnings
