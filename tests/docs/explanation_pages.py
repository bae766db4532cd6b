"""The tables of explanation/costs.md and explanation/economics.md, from what the commands find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from buylink.planning.economics.business import packaged
from buylink.planning.economics.result import margin
from buylink.reports import money
from buylink.reports.economics import percent
from tests.goldens import table

STACKS: Final = ("dev", "staging", "prod")
Document = Mapping[str, Any]
"""What a command writes as JSON."""


@dataclass(frozen=True)
class Row:
    """A line of the owner's table, in USD for prod, and what of a bill belongs to it."""

    name: str
    stated: str
    belongs: Callable[[str, str], bool]
    """Asked with a bill line's service and component."""
    reason: str


def _of(*services: str) -> Callable[[str, str], bool]:
    return lambda service, _: service in services


def _tasks(*, worker: bool) -> Callable[[str, str], bool]:
    return lambda service, component: (
        service.startswith("ECS Fargate") and ("worker" in component) == worker
    )


OWNERS_TABLE: Final = (
    Row(
        "Ingestion API and Product Service",
        "120",
        _tasks(worker=False),
        "it takes the unit price of a whole vCPU; these tasks have half of one, on ARM, and half of"
        " them run on Spot",
    ),
    Row("AI Workers", "60", _tasks(worker=True), "they scale from zero, on Spot"),
    Row(
        "NAT Gateways",
        "90",
        _of("NAT Gateway", "VPC"),
        "$32.85 each, not $45, plus $3.65 for its address, and little data",
    ),
    Row(
        "ALB",
        "25",
        _of("ALB"),
        "behind CloudFront it is internal: no public addresses, and hardly any capacity units",
    ),
    Row("DynamoDB", "10", _of("DynamoDB"), "AWS halved on-demand prices in November 2024"),
    Row("S3", "15", _of("S3"), "100 GB in Standard would be $2.30, not $15"),
    Row(
        "Lambda",
        "1",
        _of("Lambda", "EventBridge", "Cost Explorer"),
        "functions cost cents; the rest is Cost Explorer's API at $0.01 a call",
    ),
    Row(
        "CloudWatch",
        "10",
        _of("CloudWatch"),
        "dashboards, alarms, the hub's four metrics and, in prod, enhanced Container Insights: $0.07"
        " for each metric series, which the document does not count",
    ),
    Row("Secrets Manager", "2", _of("Secrets Manager"), "the document is right"),
)
STATED_TOTALS: Final = {"dev": "75", "staging": "125", "prod": "211, 333 before"}

OWNERS_PROJECTION: Final = {
    "1": (10, 211, "-95%"),
    "3": (50, 225, "-78%"),
    "6": (200, 280, "+40%"),
    "12": (1000, 420, "+58%"),
}
"""Revenue, cost and margin by month, as the hub's cost document has them."""


def totals(bills: Mapping[str, Document]) -> str:
    """What each stack costs."""
    rows: list[tuple[str, ...]] = [("stack", "low", "typical", "high", "not priced")]
    for stack in STACKS:
        total = bills[stack]["total"]
        cells = (money.usd(Decimal(total[case])) for case in ("low", "typical", "high"))
        rows.append((stack, *cells, str(bills[stack]["coverage"]["unpriced"])))
    return table(*rows, figures=(1, 2, 3, 4))


def comparison(bills: Mapping[str, Document]) -> str:
    """The owner's table against the bills, line by line."""
    rows: list[tuple[str, ...]] = [("line", "document, prod", *STACKS, "why it differs")]
    rows += [(row.name, row.stated, *_sums(bills, row.belongs), row.reason) for row in OWNERS_TABLE]
    others = _sums(bills, lambda *line: not any(row.belongs(*line) for row in OWNERS_TABLE))
    rows.append(("not in it", "", *others, "CloudFront, ECR, KMS, SQS, SNS, data transfer"))
    sums = _sums(bills, lambda *_: True)
    reason = f"for dev it says {STATED_TOTALS['dev']}, for staging {STATED_TOTALS['staging']}"
    rows.append(("**total**", STATED_TOTALS["prod"], *sums, reason))
    return table(*rows, figures=(1, 2, 3, 4))


def _sums(bills: Mapping[str, Document], belongs: Callable[[str, str], bool]) -> tuple[str, ...]:
    return tuple(
        money.usd(
            sum(
                (
                    Decimal(line["monthly"]["typical"])
                    for line in bills[stack]["lines"]
                    if line["monthly"] and belongs(line["service"], line["component"])
                ),
                Decimal(0),
            )
        )
        for stack in STACKS
    )


def definitions(prod: Document) -> str:
    rows = [
        (f"**{definition['term']}**", definition["formula"], definition["about"])
        for definition in prod["definitions"]
    ]
    return table(("term", "formula", "notes"), *rows, figures=())


def assumptions(prod: Document) -> str:
    """Those of every output, then those that only an optimization's payback needs."""
    business = packaged()
    efforts = (business.effort_low, business.effort_medium, business.effort_high)
    keys = ("name", "value", "unit", "basis", "source")
    figures = [tuple(assumption[key] for key in keys) for assumption in prod["assumptions"]] + [
        (figure.name, figure.value, figure.unit, figure.basis, figure.source)
        for figure in (business.engineer_day, *efforts)
    ]
    rows = [(name, money.quantity(Decimal(value)), *others) for name, value, *others in figures]
    return table(("assumption", *keys[1:]), *rows, figures=(1,))


def stacks(documents: Mapping[str, Document]) -> str:
    """A user, a video, a page view and a redirect; margin now; break-even."""
    units = ("user", "video processed", "page view", "redirect")
    rows: list[tuple[str, ...]] = []
    for stack, document in documents.items():
        cost_by_unit = {cost["unit"]: cost["each"] for cost in document["unitCosts"]}
        cells = (f"${money.quantity(Decimal(cost_by_unit[unit]['typical']))}" for unit in units)
        now = percent(Decimal(document["now"]["margin"]))
        rows.append((stack, *cells, now, f"{document['breakEven']['users']:,}"))
    heading = ("stack", *units, "margin now", "break-even users")
    return table(heading, *rows, figures=tuple(range(1, 7)))


def owners_projection(prod: Document) -> str:
    """The owner's months, and the same months priced from prod."""
    months = {period["label"]: period for period in prod["periods"]}
    rows: list[tuple[str, ...]] = []
    for month, (revenue, cost, stated_margin) in OWNERS_PROJECTION.items():
        period = months[month]
        implied_margin = margin(Decimal(revenue), Decimal(cost))
        assert implied_margin is not None
        rows.append(
            (
                month,
                f"{int(period['users']):,}",
                f"${revenue:,}",
                f"${cost:,}",
                stated_margin,
                percent(implied_margin),
                money.usd(Decimal(period["cost"]["typical"])),
                percent(Decimal(period["margin"])),
            )
        )
    heading = (
        *("month", "users", "revenue", "its cost", "its margin", "margin of its figures"),
        *("cost here", "margin here"),
    )
    return table(heading, *rows, figures=tuple(range(8)))
