"""The arithmetic of a VPC's subnets: plain functions, no AWS, no Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import pairwise

AWS_RESERVED = 5
"""Addresses AWS keeps in every subnet.
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"""

LARGEST_VPC_PREFIX = 16
SMALLEST_SUBNET_PREFIX = 27
"""An application load balancer needs a /27 in each zone, with 8 addresses free.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""

PRIVATE_RANGES = tuple(
    IPv4Network(block)
    for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)


@dataclass(frozen=True, slots=True)
class SubnetPlan:
    """One public and one private block for each zone, in zone order."""

    public: tuple[IPv4Network, ...]
    private: tuple[IPv4Network, ...]


def usable_addresses(block: IPv4Network) -> int:
    """Addresses left for tasks and load balancers in a subnet."""
    return block.num_addresses - AWS_RESERVED


def size_problem(vpc: IPv4Network, zones: int) -> str | None:
    """Why `vpc` can't be cut evenly for `zones` zones, with the arithmetic; None when it can."""
    bits = _bits(zones)
    prefix = vpc.prefixlen + bits
    if prefix <= SMALLEST_SUBNET_PREFIX:
        return None
    return (
        f"expected a block of at least /{SMALLEST_SUBNET_PREFIX - bits} for {zones} zones, got "
        f"{vpc}: {2 * zones} subnets take {2**bits} equal blocks of /{prefix} "
        f"({2 ** (32 - prefix)} addresses), and a load balancer needs a "
        f"/{SMALLEST_SUBNET_PREFIX} (32 addresses) in each zone"
    )


def even_plan(vpc: IPv4Network, zones: int) -> SubnetPlan:
    """Cuts `vpc` into equal blocks: the first `zones` are public, the next `zones` private."""
    blocks = tuple(vpc.subnets(prefixlen_diff=_bits(zones)))
    return SubnetPlan(public=blocks[:zones], private=blocks[zones : 2 * zones])


def plan_problems(vpc: IPv4Network, zones: int, plan: SubnetPlan) -> Iterator[tuple[str, str]]:
    """What is wrong with subnets given by hand, each with the setting it is about."""
    groups = {"publicSubnets": plan.public, "privateSubnets": plan.private}
    for setting, blocks in groups.items():
        if len(blocks) != zones:
            yield setting, f"expected {zones} blocks, one for each zone, got {len(blocks)}"
        for block in blocks:
            if not block.subnet_of(vpc):
                yield setting, f"{block} is not inside the VPC's {vpc} ({vpc[0]} to {vpc[-1]})"
            if block.prefixlen > SMALLEST_SUBNET_PREFIX:
                yield (
                    setting,
                    f"expected blocks of /{SMALLEST_SUBNET_PREFIX} or larger, got {block}: it has "
                    f"{block.num_addresses} addresses, {usable_addresses(block)} after the "
                    f"{AWS_RESERVED} that AWS keeps, and a load balancer needs a "
                    f"/{SMALLEST_SUBNET_PREFIX}",
                )
    # In address order two blocks overlap exactly when neighbours do: CIDR blocks nest or are apart.
    ordered = sorted((*plan.public, *plan.private))
    for first, second in pairwise(ordered):
        if first.overlaps(second):
            setting = "privateSubnets" if second in plan.private else "publicSubnets"
            yield (
                setting,
                f"{second} ({second[0]} to {second[-1]}) overlaps "
                f"{first} ({first[0]} to {first[-1]})",
            )


def _bits(zones: int) -> int:
    """How many halvings give two blocks to each zone."""
    return (2 * zones - 1).bit_length()
