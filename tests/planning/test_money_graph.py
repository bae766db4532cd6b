"""Money graphs by themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from buylink.planning.cost_flow import CostFlow, Flow, Node

NODES = (
    Node(id="users", kind="driver", label="Users"),
    Node(id="nat", kind="service", label="NAT Gateway"),
    Node(id="network", kind="component", label="network"),
)


def flow(source: str, target: str, amount: str) -> Flow:
    return Flow(source=source, target=target, amount=Decimal(amount))


def graph(*flows: Flow, nodes: tuple[Node, ...] = NODES) -> CostFlow:
    return CostFlow("shop", "USD a month", nodes, flows)


def test_a_node_has_what_comes_in_and_a_source_what_goes_out() -> None:
    money = graph(flow("users", "nat", "2.5"), flow("nat", "network", "2.5"))
    assert {it.id: money.amount(it.id) for it in money.nodes} == dict.fromkeys(
        ("users", "nat", "network"), Decimal("2.5")
    )
    assert money.total == Decimal("2.5")
    assert money.unbalanced == ()


def test_a_node_that_loses_money_is_named() -> None:
    money = graph(flow("users", "nat", "3"), flow("nat", "network", "2"))
    assert [it.id for it in money.unbalanced] == ["nat"]


def test_all_that_is_wrong_with_a_graph_is_said_at_once() -> None:
    nodes = (*NODES, Node(id="nat", kind="service", label="again"))
    flows = (
        flow("users", "nowhere", "-1"),
        flow("nat", "network", "1"),
        flow("network", "nat", "1"),
    )
    with pytest.raises(ValueError, match="node nat") as error:
        graph(*flows, flow("nat", "network", "1"), nodes=nodes)
    assert str(error.value).splitlines() == [
        "node nat: expected once",
        "flow nat -> network: expected once",
        "flow users -> nowhere: expected a node, got 'nowhere'",
        "flow users -> nowhere: expected 0 or more, got -1",
        "expected no circle, got network <- nat <- network",
    ]


def test_money_that_comes_back_to_its_own_node_is_a_circle() -> None:
    with pytest.raises(ValueError, match="expected no circle, got nat <- nat"):
        graph(flow("nat", "nat", "1"))
