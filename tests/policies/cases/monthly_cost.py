"""Cases of `monthly-cost-cap`."""

from __future__ import annotations

from typing import Final

from buylink.graph import Value
from tests.policies.graphs import CaseFactory, Later, Node


def _provider(region: Value = "us-east-1") -> Node:
    return Node("pulumi:providers:aws", "default", {"region": region})


def _gateways(number: int) -> tuple[Node, ...]:
    """$32.85 a month each in us-east-1."""
    return tuple(Node("aws:ec2/natGateway:NatGateway", f"nat-{index}") for index in range(number))


_case: Final = CaseFactory("monthly-cost-cap")

CASES: Final = (
    _case("good", "a stack under its cap", _provider(), *_gateways(6)),
    _case("good", "a stack without a charge", _provider(), Node("aws:ec2/vpc:Vpc", "network")),
    _case(
        "bad",
        "a stack over its cap",
        _provider(),
        *_gateways(7),
        says=(
            "default: a typical month costs $229.99, at most $211 are allowed in stack prod. The"
            " dearest: NAT gateway hour of nat-0, $32.85; NAT gateway hour of nat-1, $32.85; NAT"
            " gateway hour of nat-2, $32.85. That is $18.99 too much: one NAT gateway less would"
            " save $32.85.",
        ),
    ),
    _case(
        "variant",
        "each stack has a cap of its own",
        _provider(),
        *_gateways(3),
        stack="dev",
        says=("default: a typical month costs $98.59, at most $75 are allowed in stack dev",),
    ),
    _case(
        "variant",
        "what has no price is said",
        _provider(),
        *_gateways(7),
        Node("aws:rds/instance:Instance", "orders"),
        says=(
            "default: a typical month costs $229.99, at most $211 are allowed in stack prod. The"
            " dearest: NAT gateway hour of nat-0, $32.85; NAT gateway hour of nat-1, $32.85; NAT"
            " gateway hour of nat-2, $32.85. Not counted: 1 without a price. That is $18.99 too"
            " much: one NAT gateway less would save $32.85.",
        ),
    ),
    _case(
        "variant",
        "a dearer region costs more",
        _provider("sa-east-1"),
        *_gateways(4),
        says=("default: a typical month costs $271.6",),
    ),
    _case(
        "variant",
        "a region without prices",
        _provider("eu-central-1"),
        *_gateways(1),
        says=("default: could not decide: region: expected one of",),
    ),
    _case(
        "unknown",
        "a region that is not known",
        _provider(Later("us-east-1")),
        *_gateways(1),
        says=("default: could not decide: the graph names no region",),
        deployed=(),
    ),
)
