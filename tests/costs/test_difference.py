"""What a change costs."""

from __future__ import annotations

from decimal import Decimal

from buylink.costs.difference import difference
from buylink.costs.prices.quantity import total
from buylink.graph import Resource
from tests.costs.graphs import bill_of, resource

NAT = "aws:ec2/natGateway:NatGateway"
SECRET = "aws:secretsmanager/secret:Secret"
RDS = "aws:rds/instance:Instance"


def nat(name: str) -> Resource:
    return resource(NAT, name=name)


def test_what_is_added_removed_and_the_same_is_told() -> None:
    before = bill_of(resource(SECRET, name="key"), nat("old"))
    after = bill_of(resource(SECRET, name="key"), resource(SECRET, name="new"))
    found = difference(before, after)
    assert [(it.status, it.name, it.typical) for it in found.changes] == [
        ("removed", "old", Decimal("-32.85")),
        ("added", "new", Decimal("0.4")),
    ]
    assert found.unchanged == 1
    assert found.typical == Decimal("-32.45")


def test_a_changed_amount_is_told_with_both() -> None:
    queue = resource("aws:sqs/queue:Queue")
    (change,) = difference(
        bill_of(queue, usage={"monthly_requests": 10**6}),
        bill_of(queue, usage={"monthly_requests": 3 * 10**6}),
    ).changes
    assert change.status == "changed"
    assert change.before
    assert change.after
    assert (change.before.typical, change.after.typical) == (Decimal("0.4"), Decimal("1.2"))


def test_a_bill_against_itself_has_no_change() -> None:
    bill = bill_of(nat("a"), nat("b"), resource(RDS))
    found = difference(bill, bill)
    assert (found.changes, found.unchanged, found.typical) == ((), 2, 0)


def test_the_change_is_the_sum_of_the_changes() -> None:
    before = bill_of(nat("a"), nat("b"), resource(SECRET))
    after = bill_of(nat("b"), resource(SECRET, name="other"))
    found = difference(before, after)
    assert sum(it.typical for it in found.changes) == found.typical
    assert total(it.after for it in found.changes if it.after).typical == Decimal("0.4")


def test_the_same_resource_of_another_stack_is_the_same() -> None:
    def of(stack: str) -> Resource:
        return Resource(urn=f"urn:pulumi:{stack}::shop::{SECRET}::key", type=SECRET, name="key")

    assert difference(bill_of(of("dev")), bill_of(of("prod"))).unchanged == 1
