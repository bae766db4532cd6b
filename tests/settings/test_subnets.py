"""The arithmetic of subnets."""

from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from buylink.settings.network import (
    SMALLEST_SUBNET_PREFIX,
    SubnetPlan,
    even_plan,
    plan_problems,
    size_problem,
    usable_addresses,
)

zones = st.integers(2, 3)
vpcs = st.tuples(st.integers(0, 255), st.integers(16, 28)).map(
    lambda chosen: IPv4Network(f"10.{chosen[0]}.0.0/{chosen[1]}")
)


@given(vpcs, zones)
def test_an_even_plan_has_two_equal_blocks_a_zone_that_fit_and_never_overlap(
    vpc: IPv4Network, zone_count: int
) -> None:
    if size_problem(vpc, zone_count):
        return
    plan = even_plan(vpc, zone_count)
    blocks = [*plan.public, *plan.private]
    assert len(plan.public) == len(plan.private) == zone_count
    assert len({block.prefixlen for block in blocks}) == 1
    assert list(plan_problems(vpc, zone_count, plan)) == []


@given(vpcs, zones)
def test_a_block_is_refused_exactly_when_its_subnets_are_too_small(
    vpc: IPv4Network, zone_count: int
) -> None:
    blocks_needed = 4 if zone_count == 2 else 8
    fits = vpc.num_addresses // blocks_needed >= 2 ** (32 - SMALLEST_SUBNET_PREFIX)
    assert (size_problem(vpc, zone_count) is None) == fits


@given(
    st.lists(st.sampled_from(list(IPv4Network("10.0.0.0/24").subnets(new_prefix=27))), max_size=6)
)
def test_an_overlap_is_found_exactly_when_two_blocks_share_an_address(
    blocks: list[IPv4Network],
) -> None:
    plan = SubnetPlan(public=tuple(blocks[:3]), private=tuple(blocks[3:]))
    messages = [text for _, text in plan_problems(IPv4Network("10.0.0.0/16"), 3, plan)]
    shared = any(
        first.overlaps(second)
        for index, first in enumerate(blocks)
        for second in blocks[index + 1 :]
    )
    assert any("overlaps" in text for text in messages) == shared


def test_a_nested_block_overlaps_even_when_its_order_is_far() -> None:
    plan = SubnetPlan(
        public=(IPv4Network("10.0.0.0/24"), IPv4Network("10.0.2.0/24")),
        private=(IPv4Network("10.0.0.128/25"), IPv4Network("10.0.3.0/24")),
    )
    assert list(plan_problems(IPv4Network("10.0.0.0/16"), 2, plan)) == [
        (
            "privateSubnets",
            "10.0.0.128/25 (10.0.0.128 to 10.0.0.255) overlaps "
            "10.0.0.0/24 (10.0.0.0 to 10.0.0.255)",
        )
    ]


def test_aws_keeps_five_addresses_of_each_subnet() -> None:
    assert usable_addresses(IPv4Network("10.0.0.0/24")) == 251
