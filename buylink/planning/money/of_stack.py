"""The way of a stack's money: what drives a line, the service it is of, the component it is in."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from buylink.costs.bill import Assumptions, load_for
from buylink.costs.estimate import CURRENCY
from buylink.costs.usage.load import Load
from buylink.graph import Graph
from buylink.planning.economics.attribution import Attributed, counterfactuals
from buylink.planning.money.graph import Flow, MoneyGraph, Node

UNIT = f"{CURRENCY} a month"


def money_graph(graph: Graph, assumptions: Assumptions) -> MoneyGraph:
    """Typical amounts: drivers and what is there anyway, services, components.

    Raises what `bill` raises. A line of a bill that two drivers share is in the flow of each, by
    its parts; the flow from its service to its component holds it whole.
    """
    found = counterfactuals(graph, assumptions)
    lines = found.lines(lambda it: it.typical)
    flows = _flows(lines)
    used = {end for it in flows for end in (it.source, it.target)}
    nodes = (*_drivers(load_for(graph, assumptions)), *_places(lines))
    kept = tuple(it for it in nodes if it.id in used)
    return MoneyGraph(graph.stack, UNIT, kept, flows, found.whole.warnings)


def _drivers(load: Load) -> tuple[Node, ...]:
    return (
        Node(id="users", kind="driver", label=f"{load.users:,} users"),
        Node(id="videos", kind="driver", label=f"{load.videos_per_day:,} videos a day"),
        Node(id="baseline", kind="baseline", label="there anyway"),
    )


def _places(lines: Iterable[Attributed]) -> Iterable[Node]:
    members = list(lines)
    for service in sorted({it.service for it in members}):
        yield Node(id=f"service {service}", kind="service", label=service)
    for component in sorted({it.component for it in members}):
        yield Node(id=f"component {component}", kind="component", label=component)


def _flows(lines: Iterable[Attributed]) -> tuple[Flow, ...]:
    """Those without money are left out, but for lines that cost nothing at this load."""
    amounts: dict[tuple[str, str], Decimal] = {}
    holds: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        service, component = f"service {line.service}", f"component {line.component}"
        steps = [((driver, service), part) for driver, part in _parts(line).items() if part]
        for step, part in (*steps, ((service, component), line.amount)):
            amounts[step] = amounts.get(step, Decimal(0)) + part
            holds.setdefault(step, []).append(line.name)
    return tuple(
        Flow(source=source, target=target, amount=amount, holds=tuple(holds[source, target]))
        for (source, target), amount in sorted(amounts.items())
    )


def _parts(line: Attributed) -> dict[str, Decimal]:
    return {
        "users": line.caused["page views"] + line.caused["redirects"],
        "videos": line.caused["videos"],
        "baseline": line.there_anyway,
    }
