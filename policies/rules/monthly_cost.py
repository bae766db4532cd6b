"""What the whole stack costs a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.bill import bill
from buylink.costs.estimate import Estimate, Line
from buylink.costs.meters.fargate import SPOT_SHARE
from buylink.costs.meters.nat_gateway import HOUR as NAT_HOUR
from buylink.costs.meters.vpc import IPV4
from buylink.costs.prices.book import Meter, PriceError
from buylink.graph import STACK_TYPE, Graph
from policies.engine.caps import StackCaps
from policies.engine.rule import Rule, Violation, above_cap

DEAREST: Final = 3
"""Lines that a refusal names."""

_CENT: Final = Decimal("0.01")


def monthly_cost_cap(graph: Graph, caps: StackCaps) -> Iterator[Violation]:
    """The typical bill of what the pack sees, at list prices, without free tier."""
    if not graph.resources:
        return
    about, *_ = (*graph.of_type(STACK_TYPE), *graph.resources)
    try:
        estimate = bill(graph)
    except PriceError as error:
        yield Violation(about.urn, f"could not decide: {error}")
        return
    typical = estimate.total.typical
    if typical > caps.monthly_cost:
        yield above_cap(
            about.urn,
            f"a typical month costs {_usd(typical)}",
            f"${caps.monthly_cost}",
            f". The dearest: {_listed(map(_line, _dearest(estimate)))}."
            f"{_left_out(estimate)}{_cheaper(estimate, typical - caps.monthly_cost)}",
        )


def _dearest(estimate: Estimate) -> list[Line]:
    return sorted(estimate.lines, key=_typical, reverse=True)[:DEAREST]


def _typical(line: Line) -> Decimal:
    return line.monthly.typical if line.monthly else Decimal(0)


def _line(line: Line) -> str:
    return f"{line.price.meter.name} of {line.name}, {_usd(_typical(line))}"


def _left_out(estimate: Estimate) -> str:
    """What is not in the figure, so that nobody takes it for all."""
    by_usage = sum(1 for line in estimate.lines if line.monthly is None)
    counted = {
        "without a price": estimate.coverage.unpriced,
        "that depend on usage which nothing states": by_usage,
    }
    parts = [f"{number} {what}" for what, number in counted.items() if number]
    return f" Not counted: {_listed(parts)}." if parts else ""


def _cheaper(estimate: Estimate, over: Decimal) -> str:
    """The mildest lever that is enough by itself; where none is, what all of them save."""
    savings = _savings(estimate)
    enough = [(saving, what) for what, saving in savings.items() if saving >= over]
    if enough:
        saving, what = min(enough)
        return f" That is {_usd(over)} too much: {what} would save {_usd(saving)}."
    parts = [
        f"{what} would save {_usd(saving)}" for what, saving in savings.items() if saving >= _CENT
    ]
    return f" That is {_usd(over)} too much{': ' if parts else ''}{_listed(parts)}."


def _savings(estimate: Estimate) -> dict[str, Decimal]:
    """What each of the usual levers takes off, by the estimate's own lines."""
    gateways = _amounts(estimate, NAT_HOUR)
    addresses = _amounts(estimate, IPV4)[: len(gateways)]
    on_demand = sum(
        (_typical(line) for line in estimate.lines if line.price.meter.service == "ECS Fargate"),
        Decimal(0),
    )
    return {
        "one NAT gateway less": sum((*gateways[1:2], *addresses[1:2]), Decimal(0)),
        "no NAT gateway": sum((*gateways, *addresses), Decimal(0)),
        "every task on Spot": on_demand * (1 - SPOT_SHARE),
    }


def _amounts(estimate: Estimate, meter: Meter) -> list[Decimal]:
    return [_typical(line) for line in estimate.lines if line.price.meter == meter]


def _usd(amount: Decimal) -> str:
    return f"${amount.quantize(_CENT)}"


def _listed(parts: Iterable[str]) -> str:
    return "; ".join(parts)


RULES: Final = (
    Rule(
        id="monthly-cost-cap",
        title="A stack's typical bill is under its cap",
        description="What a stack costs in a typical month, estimated from its resources and its"
        " load at list prices, is at most its cap.",
        details="""
            The pack makes the same bill as [`buylink costs`](../explanation/costs.md), from what it
            sees: in a preview, under `pulumi up` and under `pulumi policy analyze`, for any
            program. The load comes from the root component; a program without one is priced for
            1,000 users and 100 videos a day. A refusal names the three dearest lines, what has no
            price, and what the usual levers would save.

            It is a stack policy: under `pulumi up --skip-preview` resources exist by the time it
            speaks.
        """,
        unknowns="""
            A value that isn't known widens a range, or its line is left out and said to depend on
            usage; the typical figure is what counts. A region that isn't known, or has no prices,
            is a violation.
        """,
        severity="high",
        pillar="Cost Optimization",
        tags=("cost",),
        remediation="Take the dearest lines down (`buylink costs` shows all of them). If the stack"
        " is worth it, raise monthlyCost for it in policies/caps.yaml.",
        url="https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/welcome.html",
        caps=("monthlyCost",),
        on_stack=monthly_cost_cap,
    ),
)
