"""The flow of costs, from what drives them to what they are paid for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Final, Literal

from buylink.costs.bill import Assumptions, load_for
from buylink.costs.estimate import CURRENCY
from buylink.costs.usage.load import Load
from buylink.graph import Graph
from buylink.planning.attribution import Attributed, counterfactuals

Kind = Literal["driver", "baseline", "total", "category", "service", "component", "item"]
"""`baseline` depends on no driver. A stack's money goes driver or baseline, service, component; a
model's total, category, item, or whatever else it declares."""

EXACT: Final = Decimal("1e-12")
"""Sums of the same amounts in another order differ by less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place that money passes. `id` is unique in its graph; `label` is for people."""

    id: str
    kind: Kind
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """An amount from one node to another, by their ids."""

    source: str
    target: str
    amount: Decimal
    holds: tuple[str, ...] = ()
    """What is in it, by name: a bill's lines, a model's items. Each is in one flow of its step."""


class FlowError(ValueError):
    """Nodes and flows that don't fit together; `problems` holds all that is wrong with them."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class CostFlow:
    """Nodes and the flows between them, all in `unit`, such as `USD a month`.

    FlowError with all that is wrong: two nodes or flows of one name, ends that are no nodes,
    amounts below zero, money that goes round in a circle.
    """

    name: str
    unit: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    notes: tuple[str, ...] = ()
    """What the reader must know of the whole: a load that is more than the stack can serve, say."""

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise FlowError(*problems)

    def into(self, node: str) -> Decimal:
        return sum((flow.amount for flow in self.flows if flow.target == node), Decimal(0))

    def out_of(self, node: str) -> Decimal:
        return sum((flow.amount for flow in self.flows if flow.source == node), Decimal(0))

    def amount(self, node: str) -> Decimal:
        """What passes a node: what comes in, or at a source what goes out."""
        comes_in = any(flow.target == node for flow in self.flows)
        return self.into(node) if comes_in else self.out_of(node)

    @property
    def total(self) -> Decimal:
        """What leaves the nodes that nothing comes into."""
        inner = {flow.target for flow in self.flows}
        return sum((flow.amount for flow in self.flows if flow.source not in inner), Decimal(0))

    @property
    def unbalanced(self) -> tuple[Node, ...]:
        """Nodes that pass on more or less than comes in: none in a stack's graph."""
        ends = {flow.target for flow in self.flows} & {flow.source for flow in self.flows}
        return tuple(
            node
            for node in self.nodes
            if node.id in ends and abs(self.into(node.id) - self.out_of(node.id)) > EXACT
        )

    def folded(self, least: Decimal) -> CostFlow:
        """With the nodes of one kind and step that pass less than `least` of the total as one.

        Flows between them are summed, so that nothing is lost but the detail. Drivers stay.
        """
        small: dict[tuple[str, int], list[Node]] = {}
        for node, step in zip(self.nodes, self._steps(), strict=True):
            is_small = self.amount(node.id) < least * self.total
            if is_small and node.kind not in {"driver", "baseline"}:
                small.setdefault((node.kind, step), []).append(node)
        becomes: dict[str, Node] = {}
        for (kind, step), members in small.items():
            if len(members) > 1:
                label = f"{len(members)} others"
                other = replace(members[0], id=f"other {kind} {step}", label=label)
                becomes |= {member.id: other for member in members}
        kept = [node for node in self.nodes if node.id not in becomes]
        nodes = (*kept, *dict.fromkeys(becomes.values()))
        names = {node: other.id for node, other in becomes.items()}
        flows: dict[tuple[str, str], Flow] = {}
        for flow in self.flows:
            ends = names.get(flow.source, flow.source), names.get(flow.target, flow.target)
            before = flows.get(ends)
            flows[ends] = Flow(
                source=ends[0],
                target=ends[1],
                amount=flow.amount + (before.amount if before else 0),
                holds=((*before.holds, *flow.holds) if before else flow.holds),
            )
        return replace(self, nodes=nodes, flows=tuple(flows.values()))

    def _steps(self) -> list[int]:
        """How far each node is from the sources, on the longest way."""
        order = TopologicalSorter({node.id: set[str]() for node in self.nodes})
        for flow in self.flows:
            order.add(flow.target, flow.source)
        steps: dict[str, int] = {}
        for node in order.static_order():
            before = (steps[flow.source] for flow in self.flows if flow.target == node)
            steps[node] = 1 + max(before, default=-1)
        return [steps[node.id] for node in self.nodes]

    def _problems(self) -> Iterable[str]:
        known = {node.id for node in self.nodes}
        yield from (
            f"node {name}: expected once" for name in _repeated(node.id for node in self.nodes)
        )
        pairs = (f"{flow.source} -> {flow.target}" for flow in self.flows)
        yield from (f"flow {pair}: expected once" for pair in _repeated(pairs))
        for flow in self.flows:
            for end in sorted({flow.source, flow.target} - known):
                yield f"flow {flow.source} -> {flow.target}: expected a node, got {end!r}"
            if not flow.amount >= 0:
                yield f"flow {flow.source} -> {flow.target}: expected 0 or more, got {flow.amount}"
        order = TopologicalSorter[str]()
        for flow in self.flows:
            order.add(flow.target, flow.source)
        try:
            order.prepare()
        except CycleError as error:
            yield f"expected no circle, got {' <- '.join(error.args[1])}"


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})


UNIT = f"{CURRENCY} a month"


def cost_flow(graph: Graph, assumptions: Assumptions) -> CostFlow:
    """Typical amounts: drivers and the baseline, services, components.

    Raises what `bill` raises. A line of a bill that two drivers share is in the flow of each, by
    its parts; the flow from its service to its component holds it whole.
    """
    bills = counterfactuals(graph, assumptions)
    lines = bills.lines(lambda amount: amount.typical)
    flows = _flows(lines)
    used = {end for flow in flows for end in (flow.source, flow.target)}
    nodes = (*_drivers(load_for(graph, assumptions)), *_places(lines))
    kept = tuple(node for node in nodes if node.id in used)
    return CostFlow(graph.stack, UNIT, kept, flows, bills.whole.warnings)


def _drivers(load: Load) -> tuple[Node, ...]:
    return (
        Node(id="users", kind="driver", label=f"{load.users:,} users"),
        Node(id="videos", kind="driver", label=f"{load.videos_per_day:,} videos a day"),
        Node(id="baseline", kind="baseline", label="baseline"),
    )


def _places(lines: Iterable[Attributed]) -> Iterable[Node]:
    members = list(lines)
    for service in sorted({member.service for member in members}):
        yield Node(id=f"service {service}", kind="service", label=service)
    for component in sorted({member.component for member in members}):
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
        "baseline": line.baseline,
    }
