"""Results made by hand for a report with everything in it, names that mean harm among them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from buylink.costs.estimate import Estimate
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import Load
from buylink.planning.change import Change
from buylink.planning.cost_flow import CostFlow, Flow, Node
from buylink.planning.economics.result import Economics, Payback, Period, Revenue
from buylink.planning.growth.result import (
    Adjustment,
    Cap,
    Goal,
    GrowingLine,
    Growth,
    Point,
    Series,
)
from buylink.planning.options.result import BestSet, Fact, LeftOut, Option, Options, Refusal
from buylink.reports.report import StackReport
from tests.costs.graphs import bill_of, resource
from tests.reports.previews import REFUSED

HARM = "</script><img src=x onerror=alert(1)>"
LOAD = Load(1000, 500)
CHANGE = Change(key="buylink:network.natGateways", before="dual", after=HARM)


def everything() -> StackReport:
    """Each section, with each kind of row."""
    bill = bill_of(
        resource("aws:ec2/natGateway:NatGateway", name=f"nat-{HARM}"),
        resource("aws:rds/instance:Instance", name="database"),
        usage={"monthly_data_processed_gb": ("1", "2", "3")},
    )
    return StackReport(
        estimate=replace(bill, stack=HARM),
        load=str(LOAD),
        money=money(),
        economics=economics(),
        preview=REFUSED,
        growth=growth(bill),
        options=options(bill),
    )


def money() -> CostFlow:
    nodes = (
        Node(id="users", kind="driver", label=HARM),
        Node(id="nat", kind="service", label="NAT Gateway"),
        Node(id="network", kind="component", label="network"),
    )
    flows = (
        Flow(source="users", target="nat", amount=Decimal("36.5")),
        Flow(source="nat", target="network", amount=Decimal("36.5")),
    )
    return CostFlow("shop", "USD a month", nodes, flows, (HARM,))


def economics() -> Economics:
    months = tuple(
        Period(
            label=str(users),
            users=Decimal(users),
            revenue=Decimal(users),
            cost=Range.between(9, 10, 30),
        )
        for users in (1, 20)
    )
    return Economics(
        name="shop",
        currency="USD",
        bill=Range.between(9, 10, 30),
        users=Decimal(1),
        units=(),
        revenue=Revenue(arpu=Decimal(1), conversion=Decimal(1)),
        break_even=None,
        periods=months,
        paybacks=(Payback(name=HARM, one_time_cost=Decimal(1000), saving=Decimal("0.5")),),
    )


def growth(bill: Estimate) -> Growth:
    line = GrowingLine(
        resource=HARM,
        component="network",
        service="NAT Gateway",
        meter="NAT gateway hour",
        first=Range.exactly(1),
        here=Range.exactly(3),
    )
    more = Load(100_000, 500)
    caps = (Cap(kind="policy", name="ecs-max-tasks", what=HARM, then="Lower it."),)
    adjustments = (Adjustment(change=CHANGE, why="the load needs it"),)
    past = Point(load=more, estimate=bill, caps=caps, adjustments=adjustments, growing=(line,))
    goal = Goal(
        load=more,
        limit=Decimal(600),
        as_declared=Range.exactly(700),
        proposed=Range.exactly(650),
        changes=(CHANGE,),
        adjustments=adjustments,
        caps=caps,
        met=False,
        why=HARM,
    )
    month = Point(load=LOAD, estimate=bill, month=0)
    return Growth(
        stack="shop",
        region="us-east-1",
        declared=LOAD,
        current=bill,
        series=(
            Series(
                name="users", about="users grow", points=(Point(load=LOAD, estimate=bill), past)
            ),
            Series(name="months", about="5 % a month", points=(month,)),
        ),
        goals=(goal,),
    )


def options(bill: Estimate) -> Options:
    cheaper = Option(
        id="one",
        group="network",
        title=HARM,
        method="previewed",
        changes=(CHANGE,),
        before=Range.exactly(36),
        total=Range.exactly(30),
        risk="low",
        effort="low",
        why="because",
        verdict="passed",
        facts=(Fact(name="break-even", amount=Decimal(5), unit="GB a month"),),
    )
    refused = replace(
        cheaper,
        id="two",
        title="dearer",
        total=Range.exactly(50),
        refusals=(Refusal(policy="nat-gateways", message=HARM),),
        breaks=("AZs",),
    )
    unknown = replace(cheaper, id="three", title="unknown", total=None, unpriced="no price")
    best = BestSet(
        options=("one",),
        changes=(CHANGE,),
        estimate=bill,
        verdict="passed",
        sum_of_savings=Decimal(6),
        left_out=(LeftOut(option="two", why=HARM),),
    )
    return Options(
        stack="shop",
        region="us-east-1",
        load=LOAD,
        current=bill,
        verdict="passed",
        singles=(cheaper, refused, unknown),
        best=best,
        guarantees=("two AZs",),
    )
