"""Options that no setting makes, or that the estimate has no figure for: sums by the price book.

They start from the bill's own quantities. None of them was planned or seen by the policy pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from buylink.costs.bill import Assumptions, bill
from buylink.costs.estimate import Estimate, Line
from buylink.costs.meters import aws_lambda, cloudwatch, dynamodb, nat_gateway
from buylink.costs.meters.fargate import GB, SERVICE, VCPU
from buylink.costs.prices.book import EDGES, Meter, PriceError, RegionalPrices, packaged
from buylink.costs.prices.quantity import HOURS_PER_MONTH, ZERO, Range, total
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.month import KB_PER_GB, Month, month_of
from buylink.graph import Graph
from buylink.planning.change import Change
from buylink.planning.options.result import Degree, Fact, Option
from buylink.planning.replan import Plan
from buylink.settings import Settings

VCPU_MB: Final = Decimal(1769)
"""MB of memory at which a function has one vCPU.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
SECONDS: Final = HOURS_PER_MONTH * 3600
UTILIZATION: Final = Decimal("0.7")
"""Of provisioned capacity, which its autoscaling aims at by default.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html"""
COMPRESSED: Final = Decimal("0.25")
"""Taken off by compression: the middle of the 20 to 30 % that the hub's cost document hopes for."""
SENT: Final = Meter("CloudFront", "CloudFront data transfer out to internet")
LOG_ONE_IN: Final = 100
SAMPLED: Final = Decimal("0.9")
"""Of the lines, at most: requests that succeed, of which one in ten is logged now."""


@dataclass(frozen=True)
class PricedStack:
    """A stack at its load: what the calculations start from."""

    plan: Plan
    settings: Settings
    estimate: Estimate

    @property
    def graph(self) -> Graph:
        return self.plan.graph

    @property
    def prices(self) -> RegionalPrices:
        return packaged().in_region(self.estimate.region)

    @property
    def month(self) -> Month:
        return month_of(self.graph, self.plan.load, packaged_coefficients())

    def lines(self, fits: Callable[[Line], bool]) -> list[Line]:
        return [line for line in self.estimate.lines if fits(line)]


@dataclass(frozen=True, kw_only=True)
class CostChange:
    """What is no longer paid, and what is paid instead."""

    saved: Range
    added: Range = ZERO
    facts: tuple[Fact, ...] = ()


def _option(
    stack: PricedStack,
    name: str,
    title: str,
    risk_and_effort: tuple[Degree, Degree],
    why: str,
    amount: Callable[[], CostChange | Range],
    changes: tuple[Change, ...] = (),
) -> Option:
    """`amount` returns the new total, or what changes of it; its PriceError becomes `unpriced`."""
    before, unpriced, facts, after = stack.estimate.total, "", (), None
    risk, effort = risk_and_effort
    try:
        result = amount()
        after = result if isinstance(result, Range) else _shifted(before, result)
        facts = () if isinstance(result, Range) else result.facts
    except PriceError as error:
        unpriced = str(error)
    return Option(
        id=name,
        group=name.partition("-")[0],
        title=title,
        method="calculated",
        changes=changes,
        before=before,
        total=after,
        risk=risk,
        effort=effort,
        why=why,
        facts=facts,
        unpriced=unpriced,
    )


def _cost_of(lines: Iterable[Line]) -> Range:
    """What lines cost together."""
    return total(line.monthly for line in lines if line.monthly)


def _shifted(before: Range, change: CostChange) -> Range:
    """Scenario by scenario: lows with lows, highs with highs."""
    saved, added = change.saved, change.added
    low, typical, high = (
        before.low - saved.low + added.low,
        before.typical - saved.typical + added.typical,
        before.high - saved.high + added.high,
    )
    return Range(min(low, typical, high), typical, max(low, typical, high))


def savings_plans(stack: PricedStack) -> Iterator[Option]:
    """Compute Savings Plans; Lambda and Spot are left out."""
    for years, hope in ((1, "about a fifth"), (3, "almost half")):
        yield _option(
            stack,
            f"plan-{years}y",
            f"Compute Savings Plan, {years} year{'s' if years > 1 else ''}, no upfront payment",
            ("medium" if years > 1 else "low", "low"),
            f"{hope} off what runs on demand all month; billed whether it runs or not, never Spot",
            lambda term=years: _savings_plan(stack, term),
        )


def _savings_plan(stack: PricedStack, years: int) -> CostChange:
    """On the on-demand baseline alone: the hours that run whatever happens."""
    spent = committed = Decimal(0)
    for line in stack.lines(lambda line: line.price.meter.service == "ECS Fargate"):
        unit = {VCPU: "vCPU", GB: "GB"}.get(line.price.unit)
        if unit is None or line.quantity is None or line.kind != "baseline":
            continue
        machine = "ARM64" if "ARM64" in line.price.meter.name else "x86"
        name = f"Compute Savings Plan {years}y no upfront Fargate {machine} {unit}"
        price = stack.prices.price(Meter("Savings Plans (Compute)", name)).first
        spent += line.quantity.low * line.price.first
        committed += line.quantity.low * price
    if not spent:
        return CostChange(
            saved=ZERO, facts=(Fact(name="on-demand baseline", amount=spent, unit="USD"),)
        )
    return CostChange(
        saved=Range.exactly(spent),
        added=Range.exactly(committed),
        facts=(
            Fact(name="on-demand baseline", amount=spent, unit="USD"),
            Fact(name="commitment", amount=committed / HOURS_PER_MONTH, unit="USD an hour"),
            Fact(name="break-even utilization", amount=committed / spent * 100, unit="%"),
        ),
    )


def serverless(stack: PricedStack) -> Iterator[Option]:
    """Functions instead of tasks."""
    yield _option(
        stack,
        "serverless-http",
        "Lambda instead of Fargate for the HTTP services",
        ("medium", "high"),
        "nothing runs idle; cold starts, and the services' code becomes functions",
        lambda: _functions(stack),
    )


def _functions(stack: PricedStack) -> CostChange:
    """A function of one vCPU takes as long as a vCPU of a task does; ALB, NAT and CDN stay."""
    urns = {service.urn for service in stack.graph.of_type(SERVICE) if service.get("loadBalancers")}
    tasks = _cost_of(stack.lines(lambda line: line.urn in urns))
    served = stack.month.figures["requests_per_vcpu"]
    size = VCPU_MB / 1024
    seconds = Range(size / served.high, size / served.typical, size / served.low)
    each = seconds * stack.prices.price(aws_lambda.ARM).first + Range.exactly(
        stack.prices.price(aws_lambda.REQUEST).first
    )
    now = stack.month.requests.typical
    facts = (
        Fact(name="requests now", amount=now, unit="a month"),
        Fact(name="break-even", amount=tasks.typical / each.typical, unit="requests a month"),
    )
    return CostChange(saved=tasks, added=stack.month.requests * each, facts=facts)


def provisioned(stack: PricedStack) -> Iterator[Option]:
    """Capacity instead of requests."""
    yield _option(
        stack,
        "dynamodb-provisioned",
        "DynamoDB tables with provisioned capacity",
        ("medium", "medium"),
        "paid for the busiest second all month; it throttles what comes above it",
        lambda: _capacity(stack),
    )


def _capacity(stack: PricedStack) -> CostChange:
    """For the busiest second at 70 % use; a table and each index have a unit at least."""
    figures, provisioned_cost = stack.month.figures, Decimal(0)
    kinds = (("write request unit", dynamodb.WCU_HOUR), ("read request unit", dynamodb.RCU_HOUR))
    on_demand: list[Line] = []
    facts: list[Fact] = []
    for unit, meter in kinds:
        price = stack.prices.price(meter).first
        for table in stack.graph.of_type(dynamodb.TABLE):
            lines = stack.lines(
                lambda line, urn=table.urn, of=unit: line.urn == urn and of in line.price.meter.name
            )
            on_demand += lines
            used = sum((line.quantity.typical for line in lines if line.quantity), Decimal(0))
            indexes = table.get("globalSecondaryIndexes")
            least = 1 + (len(indexes) if isinstance(indexes, list) else 0)
            busiest = used / SECONDS * figures["peak"].typical / UTILIZATION
            units = max(busiest.to_integral_value(ROUND_CEILING), Decimal(least))
            provisioned_cost += units * price * HOURS_PER_MONTH
        if on_demand and meter is dynamodb.WCU_HOUR:
            share = price / (on_demand[0].price.first * 3600) * 100
            facts.append(Fact(name="break-even utilization", amount=share, unit="%"))
    return CostChange(
        saved=_cost_of(on_demand), added=Range.exactly(provisioned_cost), facts=tuple(facts)
    )


def gateway_endpoints(stack: PricedStack) -> Iterator[Option]:
    """What the free ones save."""
    if not stack.month.gateways:
        return
    yield _option(
        stack,
        "endpoints-none",
        "Without the free gateway endpoints of S3 and DynamoDB",
        ("low", "low"),
        "what they save already: S3's data past NAT (DynamoDB's comes on top)",
        lambda: _past_nat(stack),
    )


def _past_nat(stack: PricedStack) -> CostChange:
    data = ZERO
    for usage in hub_usages(stack.graph, stack.plan.load, stack.month.figures).values():
        written, size = usage.get("monthly_objects"), usage.get("object_kb")
        if written and size:
            data += written.amount * size.amount / KB_PER_GB
    price = stack.prices.price(nat_gateway.DATA).first
    return CostChange(saved=ZERO, added=data * price)


def sampling(stack: PricedStack) -> Iterator[Option]:
    """Fewer log lines."""
    changes = tuple(
        Change(
            key=f"buylink:services.{name}.environment.LOG_ONE_IN",
            before=service.environment.get("LOG_ONE_IN", "null"),
            after=f'"{LOG_ONE_IN}"',
        )
        for name, service in stack.settings.http_services.items()
        if "LOG_ONE_IN" not in service.environment
    )
    if not changes:
        return
    log_groups = tuple(f"-{name}-logs" for name in stack.settings.http_services)
    meters = (cloudwatch.INGESTION, cloudwatch.KEPT)
    lines = stack.lines(lambda line: line.name.endswith(log_groups) and line.price.meter in meters)
    yield _option(
        stack,
        "logs-sampling",
        f"One in {LOG_ONE_IN} successful requests logged, not one in ten",
        ("low", "low"),
        "at most this: failures are logged in full; rare successes can't be read up",
        lambda: CostChange(saved=_cost_of(lines) * SAMPLED),
        changes,
    )


def compression(stack: PricedStack) -> Iterator[Option]:
    """Smaller objects."""
    lines = stack.lines(
        lambda line: (
            line.price.meter == SENT
            or ("thumbnails" in line.name and line.price.unit == "GB-month")
        )
    )
    yield _option(
        stack,
        "compression-thumbnails",
        f"Thumbnails and pages {COMPRESSED:.0%} smaller",
        ("low", "medium"),
        "stored and sent GB alone: requests cost the same, and the pictures are compressed already",
        lambda: CostChange(saved=_cost_of(lines) * COMPRESSED),
    )


def regions(stack: PricedStack) -> Iterator[Option]:
    """Every other region of the price book."""
    for region in sorted(set(EDGES) - {stack.estimate.region}):
        assumptions = Assumptions(region=region)
        yield _option(
            stack,
            f"region-{region}",
            f"In {region}",
            ("medium", "high"),
            "another latency, another law for the data, and everything is made and moved anew",
            lambda there=assumptions: bill(stack.graph, there).total,
        )


_CALCULATIONS: Final = (
    savings_plans,
    serverless,
    provisioned,
    gateway_endpoints,
    sampling,
    compression,
    regions,
)


def calculated(stack: PricedStack) -> tuple[Option, ...]:
    """All of them, priced where the book has what it takes."""
    return tuple(option for calculation in _CALCULATIONS for option in calculation(stack))
