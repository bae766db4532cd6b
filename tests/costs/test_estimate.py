"""What holds for every bill."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from buylink.costs.estimate import Estimate, estimate
from buylink.costs.prices.book import packaged
from buylink.costs.quantity import Range, total
from buylink.costs.regions import region_of
from buylink.costs.usage.usage import Stated, Usage
from buylink.graph import Graph, Resource
from tests.costs.graphs import bill_of, resource, typical, urn

BUCKET = "aws:s3/bucket:Bucket"
KINDS = (
    "aws:ec2/natGateway:NatGateway",
    "aws:sqs/queue:Queue",
    "aws:ec2/vpc:Vpc",
    "aws:rds/instance:Instance",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:secretsmanager/secret:Secret",
)
KEYS = ("monthly_data_processed_gb", "monthly_requests", "monthly_data_ingested_gb")

amounts = st.decimals(0, 10**9, places=3)
ranges = st.lists(amounts, min_size=3, max_size=3).map(lambda given: Range(*sorted(given)))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, dict[str, Usage]]:
    """A few resources with stated, partly stated or no usage."""
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=8))
    resources = tuple(resource(kind, name=f"r{index}") for index, kind in enumerate(kinds))
    usages = {
        it.urn: Usage({key: Stated(draw(ranges)) for key in draw(st.sets(st.sampled_from(KEYS)))})
        for it in resources
    }
    return Graph("shop", "test", resources), usages


def priced(graph: Graph, usages: dict[str, Usage], *, free_tier: bool = False) -> Estimate:
    return estimate(graph, packaged().in_region("us-east-1"), usages, free_tier=free_tier)


@given(graphs())
def test_the_total_is_the_sum_of_the_lines_and_of_its_two_kinds(
    given: tuple[Graph, dict[str, Usage]],
) -> None:
    bill = priced(*given)
    assert bill.total == total(line.monthly for line in bill.lines if line.monthly)
    assert bill.total == bill.of_kind("baseline") + bill.of_kind("usage")


@given(graphs())
def test_every_resource_is_priced_free_or_said_to_have_no_price(
    given: tuple[Graph, dict[str, Usage]],
) -> None:
    graph, usages = given
    coverage = priced(graph, usages).coverage
    assert coverage.resources == len(graph.resources)
    assert coverage.priced + coverage.free + coverage.unpriced == coverage.resources


@given(graphs(), st.randoms())
def test_the_order_of_resources_does_not_matter(
    given: tuple[Graph, dict[str, Usage]], random: Random
) -> None:
    graph, usages = given
    shuffled = list(graph.resources)
    random.shuffle(shuffled)
    other = priced(replace(graph, resources=tuple(shuffled)), usages)
    assert abs(other.total.typical - priced(graph, usages).total.typical) <= Decimal("0.0001")


@given(graphs(), graphs())
def test_parts_that_share_nothing_sum_to_the_whole(
    one: tuple[Graph, dict[str, Usage]], other: tuple[Graph, dict[str, Usage]]
) -> None:
    renamed = tuple(replace(it, urn=it.urn + "b", name=it.name + "b") for it in other[0].resources)
    usages = {urn + "b": usage for urn, usage in other[1].items()}
    second = Graph("shop", "test", renamed)
    whole = priced(Graph("shop", "test", (*one[0].resources, *renamed)), {**one[1], **usages})
    parts = priced(*one).total + priced(second, usages).total
    # These meters have no account-wide tiers within reach, but for the rounding of lines.
    assert abs(whole.total.typical - parts.typical) <= Decimal("0.001") + parts.typical / 4


@given(graphs())
def test_the_free_tier_never_costs_more(given: tuple[Graph, dict[str, Usage]]) -> None:
    without, with_it = priced(*given), priced(*given, free_tier=True)
    assert with_it.total.low <= without.total.low
    assert with_it.total.typical <= without.total.typical
    assert with_it.total.high <= without.total.high


def test_an_account_wide_tier_sees_all_buckets_together() -> None:
    usage = {"standard.storage_gb": Stated(Range.exactly(51_200))}
    buckets = tuple(resource(BUCKET, name=name) for name in ("a", "b"))
    bill = priced(Graph("shop", "test", buckets), {it.urn: Usage(usage) for it in buckets})
    # 51,200 GB x 0.023 + 51,200 x 0.022, half of it each
    stored = [it.monthly for it in bill.lines if it.monthly]
    assert [it.typical for it in stored] == [Decimal(1152), Decimal(1152)]


def test_the_free_tier_is_given_once_to_all_queues_together() -> None:
    usage = Usage({"monthly_requests": Stated(Range.exactly(1_000_000))})
    queues = tuple(resource("aws:sqs/queue:Queue", name=name) for name in ("a", "b"))
    usages = {it.urn: usage for it in queues}
    graph = Graph("shop", "test", queues)
    # 2M - 1M free = 1M x 0.0000004 = 0.4, half of it each
    costs = [it.monthly for it in priced(graph, usages, free_tier=True).lines]
    assert [it and it.typical for it in costs] == [Decimal("0.2"), Decimal("0.2")]
    assert priced(graph, usages).total.typical == Decimal("0.8")


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
    found = bill_of(first, second)
    assert {line.component for line in found.lines} == {found.stack}


def test_a_component_that_its_plugin_expands_is_not_taken_for_free() -> None:
    network = resource("awsx:ec2:Vpc", custom=False)
    assert [it.urn for it in bill_of(network).unpriced] == [network.urn]
    gateway = resource("aws:ec2/natGateway:NatGateway", name="nat", parent=network.urn)
    assert bill_of(gateway, network).unpriced == ()


def test_the_time_grows_with_the_resources_and_no_faster() -> None:
    def seconds(number: int) -> float:
        resources = tuple(
            Resource(urn=f"urn:pulumi:t::s::{kind}::{index}", type=kind, name=str(index))
            for index in range(number // len(KINDS))
            for kind in KINDS
        )
        begins = time.process_time()
        priced(Graph("shop", "test", resources), {})
        return time.process_time() - begins

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
        it.name: it.monthly and it.monthly.typical
        for it in bill.lines
        if "hour" in it.price.meter.name
    }
    # 730 hours at 0.045, and at 0.093 in Brazil.
    assert costs == {"here": Decimal("32.85"), "a": Decimal("67.89"), "b": Decimal("67.89")}
    (missing,) = bill.unpriced
    assert missing.urn == nowhere.urn
    assert "region: expected one of" in missing.reason


def test_what_another_stack_makes_is_not_charged_again() -> None:
    bought = replace(resource("aws:ec2/natGateway:NatGateway"), options={"external": True})
    bill = bill_of(bought)
    assert (bill.lines, [it.reason for it in bill.free]) == (
        (),
        ["it is read here and made elsewhere"],
    )


def test_without_a_region_of_the_provider_the_resources_own_is_taken() -> None:
    silent = resource("pulumi:providers:aws", name="default")
    nat = resource("aws:ec2/natGateway:NatGateway", {"region": "sa-east-1"})
    assert region_of(Graph("shop", "test", (silent, nat))) == "sa-east-1"
    assert region_of(Graph("shop", "test", (silent,))) is None
