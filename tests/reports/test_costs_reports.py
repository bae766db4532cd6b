"""Bills, differences and cost flows as people and machines read them; how an amount is written."""

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
from buylink.costs.prices.quantity import Range
from buylink.planning.cost_flow import CostFlow, Flow, Node
from buylink.reports import cost_flow, costs, diff, money
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
        replace(line, price=replace(line.price, confidence="low")) if line.type == NAT else line
        for line in bill.lines
    )
    return replace(bill, lines=unsure, warnings=("the load was guessed",))


def text(bill: Estimate, width: int = 100) -> str:
    return " ".join(drawn(costs.document(bill), "text", width=width).split())


def markdown(bill: Estimate) -> str:
    return drawn(costs.document(bill), "markdown")


def change(difference: Difference, name: str) -> str:
    return drawn(diff.document(difference, ("then", "now")), name)


def test_a_narrow_screen_leaves_nothing_out() -> None:
    output = text(sample(), width=60)
    for words in (
        "=cmd|nat",
        "NAT gateway hour (price",
        "730 hour at $0.045",
        "$0.0000004 per request",
        "depends on the requests of a",
    ):
        assert words in output


@pytest.mark.parametrize("written", [text, markdown])
def test_no_name_steers_a_terminal_or_is_taken_for_markup(
    written: Callable[[Estimate], str],
) -> None:
    output = written(replace(sample(), stack="[/x]\x1b[31m", warnings=("\x1b[2J: guessed",)))
    assert "[/x]\ufffd[31m" in output
    assert "\ufffd[2J: guessed" in output
    assert "\x1b" not in output


def test_a_bill_fits_a_comment_and_says_what_it_left_out() -> None:
    bill = bill_of(
        *(resource(NAT, name=f"nat-{number}") for number in range(1000)),
        *(resource("aws:rds/instance:Instance", name=f"db-{number}") for number in range(1000)),
        usage={"monthly_data_processed_gb": 1},
    )
    for output in (
        markdown(bill),
        change(difference(bill_of(resource(QUEUE)), bill), "markdown"),
    ):
        assert len(output) < 65_536
        assert " more lines: `--format " in output
    assert "- list prices of us-east-1" in markdown(bill)


def test_a_bill_without_a_charge_names_no_dates() -> None:
    output = text(bill_of(resource("aws:ec2/vpc:Vpc")))
    assert "list prices of us-east-1, of which nothing here needs one; no tax" in output


@pytest.mark.parametrize("written", [text, markdown])
def test_what_is_unsure_unstated_unpriced_or_guessed_is_said(
    written: Callable[[Estimate], str],
) -> None:
    output = written(sample())
    for words in (
        "(price uncertain)",
        "by usage",
        "not priced: orders: no meter for aws:rds/instance:Instance",
        "the load was guessed",
        "3 resources: 2 priced, 0 free, 1 not priced",
    ):
        assert words in output


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
    compared = difference(bill_of(resource(QUEUE, name="jobs")), sample())
    for output in (change(compared, "text"), change(compared, "markdown")):
        assert "after: 1 not priced" in output
        assert "after: the load was guessed" in output
    document = json.loads(change(compared, "json"))
    assert [missing["reason"] for missing in document["head"]["unpriced"]] == [
        "no meter for aws:rds/instance:Instance"
    ]
    assert Decimal(document["change"]) == Decimal("32.85")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "$0.00"), ("0.0000004", "<$0.01"), ("0.01", "$0.01"), ("1234.5", "$1,234.50")],
)
def test_an_amount_is_never_rounded_to_nothing(amount: str, text: str) -> None:
    assert money.usd(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.1", "$0.10"), ("3", "$3.00"), ("4E-7", "$0.0000004"), ("0.045", "$0.045")],
)
def test_a_unit_price_keeps_its_digits(amount: str, text: str) -> None:
    assert money.unit_price(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"), [("730", "730"), ("1460.4", "1,460"), ("0.01234567", "0.01235"), ("0", "0")]
)
def test_a_quantity_shows_what_counts(amount: str, text: str) -> None:
    assert money.quantity(Decimal(amount)) == text


def test_a_range_is_one_figure_where_there_is_no_doubt() -> None:
    assert money.span(Range.exactly(3)) == "$3.00"
    assert money.span(Range.between(1, 2, 3)) == "$1.00 to $3.00"


def mermaid(graph: CostFlow) -> str:
    return drawn(cost_flow.document(graph), "mermaid")


def test_labels_that_mermaid_would_read_are_escaped() -> None:
    graph = CostFlow(
        "a\nb",
        "USD a month",
        (
            Node(id="a", kind="driver", label='"users" <b>#1</b> `x`\n%%{init}%% & more'),
            Node(id="b", kind="component", label="end]"),
        ),
        (Flow(source="a", target="b", amount=Decimal(3)),),
        ("note\n  of two lines",),
    )
    assert mermaid(graph).splitlines() == [
        "flowchart LR",
        "  %% a b: USD a month, typically",
        "  %% note of two lines",
        '  n0(["#quot;users#quot; #lt;b#gt;#35;1#lt;/b#gt; #96;x#96; #37;#37;{init}#37;#37; #amp; more<br/>$3.00"]):::driver',
        '  n1["end]<br/>$3.00"]:::place',
        '  n0 -->|"$3.00"| n1',
        "  linkStyle 0 stroke-width:24px",
        "  classDef driver fill:#0b6e99,color:#fff,stroke:#0b6e99",
        "  classDef baseline fill:#5f6368,color:#fff,stroke:#5f6368",
        "  classDef place fill:#e8eef2,color:#1c1e21,stroke:#5f6368",
    ]


def test_a_graph_without_money_is_drawn_empty() -> None:
    assert mermaid(CostFlow("none", "USD a month", (), ())).startswith("flowchart LR\n")
