"""What docs/costs.md says of the three stacks, and of the owner's own table, from their bills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from buylink.reports import money
from tests.docs.made_parts import table

STACKS: Final = ("dev", "staging", "prod")
Bill = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A line of the owner's table, in USD for prod, and what of a bill belongs to it."""

    name: str
    there: str
    belongs: Callable[[str, str], bool]
    """Asked with a bill line's service and component."""
    why: str


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
        "its unit price is of a whole vCPU, where these tasks have half of one, on ARM, and half of"
        " them on Spot",
    ),
    Row("AI Workers", "60", _tasks(worker=True), "it runs from zero, on Spot"),
    Row(
        "NAT Gateways",
        "90",
        _of("NAT Gateway", "VPC"),
        "$32.85 each and not $45, with $3.65 for its address, and little data",
    ),
    Row(
        "ALB",
        "25",
        _of("ALB"),
        "behind CloudFront it is internal: no public addresses, and hardly any capacity units",
    ),
    Row("DynamoDB", "10", _of("DynamoDB"), "on-demand prices were halved in November 2024"),
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
        "dashboards, alarms and four metrics of the hub's own, and in prod enhanced Container Insights: $0.07 for each of their"
        " metric series, which the document doesn't count",
    ),
    Row("Secrets Manager", "2", _of("Secrets Manager"), "the document is right"),
)
TOTALS: Final = {"dev": "75", "staging": "125", "prod": "211, 333 before"}


def totals(bills: Mapping[str, Bill]) -> str:
    """What each stack costs."""
    rows: list[tuple[str, ...]] = [("stack", "low", "typical", "high", "not priced")]
    for stack in STACKS:
        total = bills[stack]["total"]
        cells = (money.usd(Decimal(total[it])) for it in ("low", "typical", "high"))
        rows.append((stack, *cells, str(bills[stack]["coverage"]["unpriced"])))
    return table(*rows, figures=(1, 2, 3, 4))


def comparison(bills: Mapping[str, Bill]) -> str:
    """The owner's table against the bills, line by line."""
    rows: list[tuple[str, ...]] = [("line", "there, prod", *STACKS, "why it differs")]
    rows += [(it.name, it.there, *_cells(bills, it.belongs), it.why) for it in OWNERS_TABLE]
    others = _cells(bills, lambda *line: not any(it.belongs(*line) for it in OWNERS_TABLE))
    rows.append(("not in it", "", *others, "CloudFront, ECR, KMS, SQS, SNS, data transfer"))
    sums = _cells(bills, lambda *_: True)
    rows.append(("**total**", TOTALS["prod"], *sums, "for dev it says 75, for staging 125"))
    return table(*rows, figures=(1, 2, 3, 4))


def _cells(bills: Mapping[str, Bill], belongs: Callable[[str, str], bool]) -> tuple[str, ...]:
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
