"""Commitments, and functions instead of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.meters import aws_lambda
from buylink.costs.meters.fargate import GB, SERVICE, VCPU
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import HOURS_PER_MONTH, ZERO, Range
from buylink.planning.options.calculated.sums import Bill, Sum, option, paid
from buylink.planning.options.result import Fact, Option

VCPU_MB: Final = Decimal(1769)
"""MB of memory at which a function has one vCPU.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""


def savings_plans(found: Bill) -> Iterator[Option]:
    """Compute Savings Plans; Lambda and Spot are left out."""
    for years, hope in ((1, "about a fifth"), (3, "almost half")):
        yield option(
            found,
            f"plan-{years}y",
            f"Compute Savings Plan, {years} year{'s' if years > 1 else ''}, no upfront payment",
            ("medium" if years > 1 else "low", "low"),
            f"{hope} off what runs on demand all month; billed whether it runs or not, never Spot",
            lambda term=years: _savings_plan(found, term),
        )


def _savings_plan(found: Bill, years: int) -> Sum:
    """On the on-demand baseline alone: the hours that run whatever happens."""
    spent = committed = Decimal(0)
    for line in found.lines(lambda it: it.price.meter.service == "ECS Fargate"):
        unit = {VCPU: "vCPU", GB: "GB"}.get(line.price.unit)
        if unit is None or line.quantity is None or line.kind != "baseline":
            continue
        machine = "ARM64" if "ARM64" in line.price.meter.name else "x86"
        name = f"Compute Savings Plan {years}y no upfront Fargate {machine} {unit}"
        price = found.prices.price(Meter("Savings Plans (Compute)", name)).first
        spent += line.quantity.low * line.price.first
        committed += line.quantity.low * price
    if not spent:
        return Sum(less=ZERO, facts=(Fact(name="on-demand baseline", amount=spent, unit="USD"),))
    return Sum(
        less=Range.exactly(spent),
        more=Range.exactly(committed),
        facts=(
            Fact(name="on-demand baseline", amount=spent, unit="USD"),
            Fact(name="commitment", amount=committed / HOURS_PER_MONTH, unit="USD an hour"),
            Fact(name="break-even utilization", amount=committed / spent * 100, unit="%"),
        ),
    )


def serverless(found: Bill) -> Iterator[Option]:
    """Functions instead of tasks."""
    yield option(
        found,
        "serverless-http",
        "Lambda instead of Fargate for the HTTP services",
        ("medium", "high"),
        "nothing runs idle; cold starts, and the services' code becomes functions",
        lambda: _functions(found),
    )


def _functions(found: Bill) -> Sum:
    """A function of one vCPU takes as long as a vCPU of a task does; ALB, NAT and CDN stay."""
    names = {it.urn for it in found.graph.of_type(SERVICE) if it.get("loadBalancers")}
    tasks = paid(found.lines(lambda it: it.urn in names))
    served = found.month.figures["requests_per_vcpu"]
    size = VCPU_MB / 1024
    seconds = Range(size / served.high, size / served.typical, size / served.low)
    each = seconds * found.prices.price(aws_lambda.ARM).first + Range.exactly(
        found.prices.price(aws_lambda.REQUEST).first
    )
    now = found.month.requests.typical
    facts = (
        Fact(name="requests now", amount=now, unit="a month"),
        Fact(name="break-even", amount=tasks.typical / each.typical, unit="requests a month"),
    )
    return Sum(less=tasks, more=found.month.requests * each, facts=facts)
