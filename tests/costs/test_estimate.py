"""What holds for every bill."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from buylink.costs.difference import difference
from buylink.costs.estimate import Estimate, estimate
from buylink.costs.meters.charge import Stated, Usage
from buylink.costs.prices.book import Price, packaged
from buylink.costs.prices.quantity import Range, total
from buylink.graph import Graph, Resource, Value
from tests.costs.graphs import bill_of, resource, typical, urn

BUCKET = "aws:s3/bucket:Bucket"
FUNCTION = "aws:lambda/function:Function"
ARM: dict[str, Value] = {"architectures": ["arm64"]}
FIFO: dict[str, Value] = {"fifoQueue": True}
KINDS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("aws:ec2/natGateway:NatGateway", {}),
    ("aws:sqs/queue:Queue", {}),
    ("aws:sqs/queue:Queue", FIFO),
    (FUNCTION, {}),
    (FUNCTION, ARM),
    ("aws:ec2/vpc:Vpc", {}),
    ("aws:rds/instance:Instance", {}),
    ("aws:cloudwatch/logGroup:LogGroup", {}),
    ("aws:secretsmanager/secret:Secret", {}),
)
KEYS = (
    "monthly_data_processed_gb",
    "monthly_outbound_internet_gb",
    "monthly_requests",
    "monthly_data_ingested_gb",
    "request_duration_ms",
)

amounts = st.decimals(0, 10**9, places=3)
ranges = st.lists(amounts, min_size=3, max_size=3).map(lambda drawn: Range(*sorted(drawn)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, dict[str, Usage]]:
    """A few resources with stated, partly stated or no usage."""
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=8))
    resources = tuple(
        resource(kind, inputs, name=f"r{index}") for index, (kind, inputs) in enumerate(kinds)
    )
    usages = {
        resource.urn: Usage(
            {key: Stated(draw(ranges)) for key in draw(st.sets(st.sampled_from(KEYS)))}
        )
        for resource in resources
    }
    return Graph("shop", "test", resources), usages


def priced(graph: Graph, usages: dict[str, Usage], *, free_tier: bool = False) -> Estimate:
    return estimate(graph, packaged().in_region("us-east-1"), usages, free_tier=free_tier)


CENT = Decimal("0.01")


@given(graphs())
def test_the_total_is_what_all_quantities_cost_together_to_the_cent(
    stack: tuple[Graph, dict[str, Usage]],
) -> None:
    bill = priced(*stack)
    quantities: dict[Price, list[Range]] = {}
    for line in bill.lines:
        if line.quantity:
            quantities.setdefault(line.price, []).append(line.quantity)
    whole = total(price.cost(total(each)) for price, each in quantities.items())
    assert abs(bill.total.typical - whole.typical) < CENT
    assert bill.total == bill.of_kind("baseline") + bill.of_kind("usage")


@given(graphs())
def test_every_resource_is_priced_free_or_said_to_have_no_price(
    stack: tuple[Graph, dict[str, Usage]],
) -> None:
    graph, usages = stack
    coverage = priced(graph, usages).coverage
    assert coverage.resources == len(graph.resources)
    assert coverage.priced + coverage.free + coverage.unpriced == coverage.resources


@given(stack=graphs(), random=st.randoms(), free=st.booleans())
def test_the_order_of_resources_does_not_matter(
    *, stack: tuple[Graph, dict[str, Usage]], random: Random, free: bool
) -> None:
    graph, usages = stack
    shuffled = list(graph.resources)
    random.shuffle(shuffled)
    one = priced(graph, usages, free_tier=free).total
    other = priced(replace(graph, resources=tuple(shuffled)), usages, free_tier=free).total
    assert differences(one, other) < (CENT, CENT, CENT)


def differences(one: Range, other: Range) -> tuple[Decimal, Decimal, Decimal]:
    return (
        abs(one.low - other.low),
        abs(one.typical - other.typical),
        abs(one.high - other.high),
    )


TIERED = ("monthly_outbound_internet_gb", "request_duration_ms")
"""Keys whose meters get cheaper within these amounts."""


@given(graphs(), graphs())
def test_parts_that_share_nothing_sum_to_the_whole(
    one: tuple[Graph, dict[str, Usage]], other: tuple[Graph, dict[str, Usage]]
) -> None:
    renamed = tuple(
        replace(resource, urn=resource.urn + "b", name=resource.name + "b")
        for resource in other[0].resources
    )
    usages = {
        urn: Usage({key: amount for key, amount in usage.amounts.items() if key not in TIERED})
        for urn, usage in {
            **one[1],
            **{urn + "b": usage for urn, usage in other[1].items()},
        }.items()
    }
    second = Graph("shop", "test", renamed)
    whole = priced(Graph("shop", "test", (*one[0].resources, *renamed)), usages)
    parts = priced(one[0], usages).total + priced(second, usages).total
    assert differences(whole.total, parts) < (CENT, CENT, CENT)


@given(graphs())
def test_the_free_tier_never_costs_more(stack: tuple[Graph, dict[str, Usage]]) -> None:
    without, with_it = priced(*stack), priced(*stack, free_tier=True)
    assert with_it.total.low <= without.total.low
    assert with_it.total.typical <= without.total.typical
    assert with_it.total.high <= without.total.high


def test_an_account_wide_tier_sees_all_buckets_together() -> None:
    usage = {"standard.storage_gb": Stated(Range.exactly(51_200))}
    buckets = tuple(resource(BUCKET, name=name) for name in ("a", "b"))
    bill = priced(Graph("shop", "test", buckets), {bucket.urn: Usage(usage) for bucket in buckets})
    # 51,200 GB x 0.023 + 51,200 x 0.022, half of it each
    stored = [line.monthly for line in bill.lines if line.monthly]
    assert [amount.typical for amount in stored] == [Decimal(1152), Decimal(1152)]


def test_the_free_tier_is_given_once_to_all_queues_together() -> None:
    usage = Usage({"monthly_requests": Stated(Range.exactly(1_000_000))})
    queues = tuple(resource("aws:sqs/queue:Queue", name=name) for name in ("a", "b"))
    usages = {queue.urn: usage for queue in queues}
    graph = Graph("shop", "test", queues)
    # 2M - 1M free = 1M x 0.0000004 = 0.4, half of it each
    costs = [line.monthly for line in priced(graph, usages, free_tier=True).lines]
    assert [cost and cost.typical for cost in costs] == [Decimal("0.2"), Decimal("0.2")]
    assert priced(graph, usages).total.typical == Decimal("0.8")


def test_two_meters_that_share_a_free_amount_take_it_once_the_cheaper_first() -> None:
    # 512 MB x 1 s x 1M = 500,000 GB-seconds of each; of the ARM ones 400,000 are free.
    keys = {"monthly_requests": 10**6, "request_duration_ms": 1000}
    usage = Usage({key: Stated(Range.exactly(quantity)) for key, quantity in keys.items()})
    for order in (("x86_64", "arm64"), ("arm64", "x86_64")):
        functions = tuple(
            resource(
                FUNCTION, {"architectures": [architecture], "memorySize": 512}, name=architecture
            )
            for architecture in order
        )
        graph = Graph("shop", "test", functions)
        bill = priced(graph, {function.urn: usage for function in functions}, free_tier=True)
        costs = {
            line.name: line.monthly for line in bill.lines if "duration" in line.price.meter.name
        }
        assert costs == {
            "x86_64": Range.exactly(Decimal("8.333350")),
            "arm64": Range.exactly(Decimal("1.333340")),
        }


def test_the_free_tier_knows_all_that_is_always_free() -> None:
    table = resource("aws:dynamodb/table:Table", {"writeCapacity": 26, "readCapacity": 25})
    free = typical(bill_of(table, usage={"storage_gb": 26}, free_tier=True))
    # One WCU x 730 h x 0.00065, and one GB x 0.25.
    assert free == {
        "DynamoDB provisioned WCU-hour": Decimal("0.4745"),
        "DynamoDB provisioned RCU-hour": 0,
        "DynamoDB storage (Standard)": Decimal("0.25"),
    }
    logs = resource("aws:cloudwatch/logGroup:LogGroup")
    stated = {"monthly_data_ingested_gb": 6, "storage_gb": 7}
    assert typical(bill_of(logs, usage=stated, free_tier=True)) == {
        "CloudWatch Logs ingestion, Standard class": Decimal("0.5"),
        "CloudWatch Logs storage": Decimal("0.06"),
    }


def test_a_line_names_the_component_that_it_is_in() -> None:
    root = resource("shop:index:Shop", name="shop", custom=False)
    gateway = resource("aws:ec2/natGateway:NatGateway", parent=root.urn)
    bill = bill_of(gateway, root)
    assert {line.component for line in bill.lines} == {"shop"}
    assert {line.component for line in bill_of(replace(gateway, parent=None)).lines} == {"test"}


def test_parents_that_go_round_in_circles_end_no_bill() -> None:
    kind = "aws:ec2/natGateway:NatGateway"
    first = resource(kind, name="a", parent=urn(kind, "b"))
    second = resource(kind, name="b", parent=urn(kind, "a"))
    bill = bill_of(first, second)
    assert {line.component for line in bill.lines} == {bill.stack}


def test_a_component_that_its_plugin_expands_is_not_taken_for_free() -> None:
    network = resource("awsx:ec2:Vpc", custom=False)
    assert [uncharged.urn for uncharged in bill_of(network).unpriced] == [network.urn]
    gateway = resource("aws:ec2/natGateway:NatGateway", name="nat", parent=network.urn)
    assert bill_of(gateway, network).unpriced == ()


def test_the_time_grows_with_the_resources_and_no_faster() -> None:
    def seconds(number: int) -> float:
        resources = tuple(
            Resource(urn=f"urn:pulumi:t::s::{kind}::{index}", type=kind, name=str(index))
            for index in range(number // len(KINDS))
            for kind, _ in KINDS
        )
        # A collection goes through all that other tests left, and would be counted here.
        gc.collect()
        gc.disable()
        try:
            begins = time.process_time()
            priced(Graph("shop", "test", resources), {})
            return time.process_time() - begins
        finally:
            gc.enable()

    few, many = (min(seconds(number) for _ in range(5)) for number in (2_000, 10_000))
    assert many < 10 * few


def test_what_depends_on_usage_is_in_no_total() -> None:
    bill = bill_of(resource("aws:sqs/queue:Queue"))
    assert typical(bill) == {"SQS standard request": None}
    assert bill.total == Range.exactly(0)
    assert bill.lines[0].note == "depends on the requests of a month"


def test_a_resource_is_priced_where_it_is_and_not_where_the_stack_is() -> None:
    nat = "aws:ec2/natGateway:NatGateway"
    home = resource("pulumi:providers:aws", {"region": "us-east-1"}, name="default")
    provider = resource("pulumi:providers:aws", {"region": "sa-east-1"}, name="far")
    by_provider = replace(resource(nat, name="a"), provider=provider.urn)
    by_itself = resource(nat, {"region": "sa-east-1"}, name="b")
    nowhere = resource(nat, {"region": "mars-1"}, name="c")
    bill = bill_of(resource(nat, name="here"), by_provider, by_itself, nowhere, provider, home)
    costs = {
        line.name: line.monthly and line.monthly.typical
        for line in bill.lines
        if "hour" in line.price.meter.name
    }
    # 730 hours at 0.045, and at 0.093 in Brazil.
    assert costs == {"here": Decimal("32.85"), "a": Decimal("67.89"), "b": Decimal("67.89")}
    (missing,) = bill.unpriced
    assert missing.urn == nowhere.urn
    assert "region: expected one of" in missing.reason


def test_what_another_stack_makes_is_not_charged_again() -> None:
    bought = replace(resource("aws:ec2/natGateway:NatGateway"), options={"external": True})
    bill = bill_of(bought)
    assert (bill.lines, [uncharged.reason for uncharged in bill.free]) == (
        (),
        ["it is read here and made elsewhere"],
    )


def test_without_a_region_of_the_provider_the_resources_own_is_taken() -> None:
    silent = resource("pulumi:providers:aws", name="default")
    nat = resource("aws:ec2/natGateway:NatGateway", {"region": "sa-east-1"})
    assert Graph("shop", "test", (silent, nat)).region == "sa-east-1"
    assert Graph("shop", "test", (silent,)).region is None


NAT = "aws:ec2/natGateway:NatGateway"
SECRET = "aws:secretsmanager/secret:Secret"
RDS = "aws:rds/instance:Instance"


def nat(name: str) -> Resource:
    return resource(NAT, name=name)


def test_what_is_added_removed_and_the_same_is_reported() -> None:
    before = bill_of(resource(SECRET, name="key"), nat("old"))
    after = bill_of(resource(SECRET, name="key"), resource(SECRET, name="new"))
    comparison = difference(before, after)
    assert [(change.status, change.name, change.typical) for change in comparison.changes] == [
        ("removed", "old", Decimal("-32.85")),
        ("added", "new", Decimal("0.4")),
    ]
    assert comparison.unchanged == 1
    assert comparison.typical == Decimal("-32.45")


def test_a_changed_amount_is_reported_with_both() -> None:
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
    comparison = difference(bill, bill)
    assert (comparison.changes, comparison.unchanged, comparison.typical) == ((), 2, 0)


def test_the_change_is_the_sum_of_the_changes() -> None:
    before = bill_of(nat("a"), nat("b"), resource(SECRET))
    after = bill_of(nat("b"), resource(SECRET, name="other"))
    comparison = difference(before, after)
    assert sum(change.typical for change in comparison.changes) == comparison.typical
    assert total(change.after for change in comparison.changes if change.after).typical == Decimal(
        "0.4"
    )


def test_the_same_resource_of_another_stack_is_the_same() -> None:
    def of(stack: str) -> Resource:
        return Resource(urn=f"urn:pulumi:{stack}::shop::{SECRET}::key", type=SECRET, name="key")

    assert difference(bill_of(of("dev")), bill_of(of("prod"))).unchanged == 1
