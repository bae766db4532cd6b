"""Bills and differences as people and machines read them: what has no amount, and what is unsure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from buylink.costs.difference import Difference, difference
from buylink.costs.estimate import Estimate
from buylink.reports import costs, diff
from buylink.reports.render import drawn
from tests.costs.graphs import bill_of, resource

NAT = "aws:ec2/natGateway:NatGateway"
QUEUE = "aws:sqs/queue:Queue"


def sample() -> Estimate:
    """A gateway whose price is unsure, a queue without usage, and a database without a price."""
    bill = bill_of(
        resource(
            NAT,
            name="=cmd|nat",
        ),
        resource(QUEUE, name="jobs"),
        resource("aws:rds/instance:Instance", name="orders"),
        usage={"monthly_data_processed_gb": 0},
    )
    unsure = tuple(
        replace(it, price=replace(it.price, confidence="low")) if it.type == NAT else it
        for it in bill.lines
    )
    return replace(bill, lines=unsure, warnings=("the load was guessed",))


def text(bill: Estimate, width: int = 100) -> str:
    return " ".join(drawn(costs.document(bill), "text", width=width).split())


def markdown(bill: Estimate) -> str:
    return drawn(costs.document(bill), "markdown")


def change(difference: Difference, name: str) -> str:
    return drawn(diff.document(difference, ("then", "now")), name)


def test_a_narrow_screen_leaves_nothing_out() -> None:
    said = text(sample(), width=60)
    for words in (
        "=cmd|nat",
        "NAT gateway hour (price",
        "730 hour at $0.045",
        "$0.0000004 per request",
        "depends on the requests of a",
    ):
        assert words in said


@pytest.mark.parametrize("written", [text, markdown])
def test_no_name_steers_a_terminal_or_is_taken_for_markup(
    written: Callable[[Estimate], str],
) -> None:
    said = written(replace(sample(), stack="[/x]\x1b[31m", warnings=("\x1b[2J: guessed",)))
    assert "[/x]\ufffd[31m" in said
    assert "\ufffd[2J: guessed" in said
    assert "\x1b" not in said


def test_a_bill_fits_a_comment_and_says_what_it_left_out() -> None:
    bill = bill_of(
        *(resource(NAT, name=f"nat-{it}") for it in range(1000)),
        *(resource("aws:rds/instance:Instance", name=f"db-{it}") for it in range(1000)),
        usage={"monthly_data_processed_gb": 1},
    )
    for said in (
        markdown(bill),
        change(difference(bill_of(resource(QUEUE)), bill), "markdown"),
    ):
        assert len(said) < 65_536
        assert " more lines: `--format " in said
    assert "- list prices of us-east-1" in markdown(bill)


def test_a_bill_without_a_charge_names_no_dates() -> None:
    said = text(bill_of(resource("aws:ec2/vpc:Vpc")))
    assert "list prices of us-east-1, of which nothing here needs one; no tax" in said


@pytest.mark.parametrize("written", [text, markdown])
def test_what_is_unsure_unstated_unpriced_or_guessed_is_said(
    written: Callable[[Estimate], str],
) -> None:
    said = written(sample())
    for words in (
        "(price uncertain)",
        "by usage",
        "not priced: orders: no meter for aws:rds/instance:Instance",
        "the load was guessed",
        "3 resources: 2 priced, 0 free, 1 not priced",
    ):
        assert words in said


def test_no_name_breaks_a_table_of_markdown() -> None:
    assert "=cmd\\|nat" in markdown(sample())


def test_no_cell_of_the_csv_is_a_formula_and_no_amount_is_made_up() -> None:
    rows = list(csv.DictReader(io.StringIO(drawn(costs.document(sample()), "csv"))))
    assert {row["ResourceName"] for row in rows} == {"'=cmd|nat", "jobs", "orders"}
    (queue,) = [row for row in rows if row["ResourceName"] == "jobs"]
    (missing,) = [row for row in rows if row["ResourceName"] == "orders"]
    assert (queue["ListCost"], queue["x_Note"]) == ("", "depends on the requests of a month")
    assert (queue["ListUnitPrice"], queue["PricingUnit"]) == ("0.0000004", "request")
    assert (missing["ListCost"], missing["ChargeDescription"]) == ("", "not priced")


def test_amounts_that_are_not_known_are_null_in_json() -> None:
    lines = json.loads(drawn(costs.document(sample()), "json"))["lines"]
    (queue,) = [line for line in lines if line["type"] == QUEUE]
    assert (queue["quantity"], queue["monthly"]) == (None, None)


def test_a_difference_says_what_it_leaves_out_on_each_side() -> None:
    found = difference(bill_of(resource(QUEUE, name="jobs")), sample())
    for said in (change(found, "text"), change(found, "markdown")):
        assert "after: 1 not priced" in said
        assert "after: the load was guessed" in said
    document = json.loads(change(found, "json"))
    assert [it["reason"] for it in document["head"]["unpriced"]] == [
        "no meter for aws:rds/instance:Instance"
    ]
    assert Decimal(document["change"]) == Decimal("32.85")
