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
from buylink.costs.quantity import HOURS_PER_MONTH, ZERO, Range, total
from buylink.costs.usage.coefficients import packaged as packaged_coefficients
from buylink.costs.usage.hub import hub_usages
from buylink.costs.usage.month import KB_PER_GB, Month, month_of
from buylink.graph import Graph
from buylink.planning.change import Change
from buylink.planning.load_rules import TABLE
from buylink.planning.options_result import Degree, Fact, Option
from buylink.planning.replan import Plan
from buylink.settings import Settings

SECONDS: Final = HOURS_PER_MONTH * 3600
VCPU_MB: Final = Decimal(1769)
"""MB of memory at which a function has one vCPU.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
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
class Bill:
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
class _Sum:
    """What is no longer paid, and what is instead."""

    less: Range
    more: Range = ZERO
    facts: tuple[Fact, ...] = ()


def calculated(found: Bill) -> tuple[Option, ...]:
    """All of them, priced where the book has what it takes."""
    return tuple(option for part in _PARTS for option in part(found))


def _option(
    found: Bill,
    name: str,
    title: str,
    rated: tuple[Degree, Degree],
    why: str,
    amount: Callable[[], _Sum | Range],
    changes: tuple[Change, ...] = (),
) -> Option:
    """`amount` gives the new total, or what changes of it; PriceError there is said."""
    before, unpriced, facts, after = found.estimate.total, "", (), None
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
        risk=rated[0],
        effort=rated[1],
        why=why,
        facts=facts,
        unpriced=unpriced,
    )


def _shifted(before: Range, change: _Sum) -> Range:
    """Scenario by scenario: lows with lows, highs with highs."""
    less, more = change.less, change.more
    low, typical, high = (
        before.low - less.low + more.low,
        before.typical - less.typical + more.typical,
        before.high - less.high + more.high,
    )
    return Range(min(low, typical, high), typical, max(low, typical, high))


def _paid(lines: Iterable[Line]) -> Range:
    return total(line.monthly for line in lines if line.monthly)


def _savings_plans(found: Bill) -> Iterator[Option]:
    for years, hope in ((1, "about a fifth"), (3, "almost half")):
        yield _option(
            found,
            f"plan-{years}y",
            f"Compute Savings Plan, {years} year{'s' if years > 1 else ''}, no upfront payment",
            ("medium" if years > 1 else "low", "low"),
            f"{hope} off what runs on demand all month; billed whether it runs or not, never Spot",
            lambda term=years: _savings_plan(found, term),
        )


def _savings_plan(found: Bill, years: int) -> _Sum:
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
        return _Sum(less=ZERO, facts=(Fact(name="on-demand baseline", amount=spent, unit="USD"),))
    return _Sum(
        less=Range.exactly(spent),
        more=Range.exactly(committed),
        facts=(
            Fact(name="on-demand baseline", amount=spent, unit="USD"),
            Fact(name="commitment", amount=committed / HOURS_PER_MONTH, unit="USD an hour"),
            Fact(name="break-even utilization", amount=committed / spent * 100, unit="%"),
        ),
    )


def _serverless(found: Bill) -> Iterator[Option]:
    yield _option(
        found,
        "serverless-http",
        "Lambda instead of Fargate for the HTTP services",
        ("medium", "high"),
        "nothing runs idle; cold starts, and the services' code becomes functions",
        lambda: _functions(found),
    )


def _functions(found: Bill) -> _Sum:
    """A function of one vCPU takes as long as a vCPU of a task does; ALB, NAT and CDN stay."""
    names = {it.urn for it in found.graph.of_type(SERVICE) if it.get("loadBalancers")}
    tasks = _paid(found.lines(lambda it: it.urn in names))
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
    return _Sum(less=tasks, more=found.month.requests * each, facts=facts)


def _provisioned(found: Bill) -> Iterator[Option]:
    yield _option(
        found,
        "dynamodb-provisioned",
        "DynamoDB tables with provisioned capacity",
        ("medium", "medium"),
        "paid for the busiest second all month; it throttles what comes above it",
        lambda: _capacity(found),
    )


def _capacity(found: Bill) -> _Sum:
    """For the busiest second at 70 % use; a table and each index have a unit at least."""
    figures, more = found.month.figures, Decimal(0)
    kinds = (("write request unit", dynamodb.WCU_HOUR), ("read request unit", dynamodb.RCU_HOUR))
    on_demand: list[Line] = []
    breaks: list[Fact] = []
    for words, meter in kinds:
        price = found.prices.price(meter).first
        for table in found.graph.of_type(TABLE):
            lines = found.lines(
                lambda it, urn=table.urn, of=words: it.urn == urn and of in it.price.meter.name
            )
            on_demand += lines
            used = sum((it.quantity.typical for it in lines if it.quantity), Decimal(0))
            indexes = table.get("globalSecondaryIndexes")
            least = 1 + (len(indexes) if isinstance(indexes, list) else 0)
            busiest = used / SECONDS * figures["peak"].typical / UTILIZATION
            units = max(busiest.to_integral_value(ROUND_CEILING), Decimal(least))
            more += units * price * HOURS_PER_MONTH
        if on_demand and meter is dynamodb.WCU_HOUR:
            share = price / (on_demand[0].price.first * 3600) * 100
            breaks.append(Fact(name="break-even utilization", amount=share, unit="%"))
    return _Sum(less=_paid(on_demand), more=Range.exactly(more), facts=tuple(breaks))


def _gateway_endpoints(found: Bill) -> Iterator[Option]:
    if not found.month.gateways:
        return
    yield _option(
        found,
        "endpoints-none",
        "Without the free gateway endpoints of S3 and DynamoDB",
        ("low", "low"),
        "what they save already: S3's data past NAT (DynamoDB's comes on top)",
        lambda: _past_nat(found),
    )


def _past_nat(found: Bill) -> _Sum:
    data = ZERO
    for usage in hub_usages(found.graph, found.plan.load, found.month.figures).values():
        written, size = usage.get("monthly_objects"), usage.get("object_kb")
        if written and size:
            data += written.amount * size.amount / KB_PER_GB
    price = found.prices.price(nat_gateway.DATA).first
    return _Sum(less=ZERO, more=data * price)


def _sampling(found: Bill) -> Iterator[Option]:
    changes = tuple(
        Change(
            key=f"buylink:services.{name}.environment.LOG_ONE_IN",
            before=service.environment.get("LOG_ONE_IN", "null"),
            after=f'"{LOG_ONE_IN}"',
        )
        for name, service in found.settings.http_services.items()
        if "LOG_ONE_IN" not in service.environment
    )
    if not changes:
        return
    owners = tuple(f"-{name}-logs" for name in found.settings.http_services)
    meters = (cloudwatch.INGESTION, cloudwatch.KEPT)
    lines = found.lines(lambda it: it.name.endswith(owners) and it.price.meter in meters)
    yield _option(
        found,
        "logs-sampling",
        f"One in {LOG_ONE_IN} successful requests logged, not one in ten",
        ("low", "low"),
        "at most this: failures are logged in full; rare successes can't be read up",
        lambda: _Sum(less=_paid(lines) * SAMPLED),
        changes,
    )


def _compression(found: Bill) -> Iterator[Option]:
    lines = found.lines(
        lambda it: (
            it.price.meter == SENT or ("thumbnails" in it.name and it.price.unit == "GB-month")
        )
    )
    yield _option(
        found,
        "compression-thumbnails",
        f"Thumbnails and pages {COMPRESSED:.0%} smaller",
        ("low", "medium"),
        "stored and sent GB alone: requests cost the same, and the pictures are compressed already",
        lambda: _Sum(less=_paid(lines) * COMPRESSED),
    )


def _regions(found: Bill) -> Iterator[Option]:
    for region in sorted(set(EDGES) - {found.estimate.region}):
        assumed = Assumptions(region=region)
        yield _option(
            found,
            f"region-{region}",
            f"In {region}",
            ("medium", "high"),
            "another latency, another law for the data, and everything is made and moved anew",
            lambda there=assumed: bill(found.graph, there).total,
        )


_PARTS: Final = (
    _savings_plans,
    _serverless,
    _provisioned,
    _gateway_endpoints,
    _sampling,
    _compression,
    _regions,
)
