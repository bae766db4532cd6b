"""Settings of the VPC, and the arithmetic of its subnets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from buylink.settings.base import Finding, SettingsModel

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


NatGateways = Literal["none", "single", "dual"]


class NetworkSettings(SettingsModel):
    """The VPC, its subnets and its way to the internet."""

    cidr: IPv4Network = Field(
        default=IPv4Network("10.0.0.0/16"),
        description="The VPC's address block, /16 or smaller. Costs nothing.",
    )
    availability_zones: int = Field(
        default=2,
        ge=2,
        le=3,
        description="Zones to spread over, 2 or 3. Each adds a load-balancer node and, with "
        "interface endpoints, an hourly charge per endpoint.",
    )
    nat_gateways: NatGateways = Field(
        default="single",
        description="`none`: tasks get public addresses, each billed by the hour, and closed "
        "security groups. `single`: one gateway for all zones. `dual`: two, in two zones, at "
        "twice the price; an outage of one zone then leaves the other's way out.",
    )
    public_subnets: tuple[IPv4Network, ...] = Field(
        default=(),
        description="Blocks to use instead of an even cut of `cidr`, one a zone. Costs nothing.",
    )
    private_subnets: tuple[IPv4Network, ...] = Field(
        default=(), description="As `publicSubnets`, for the tasks. Give both or neither."
    )
    flow_logs: bool = Field(
        default=False,
        description="Log rejected traffic to CloudWatch Logs, which bills by the GB ingested.",
    )
    interface_endpoints: tuple[str, ...] = Field(
        default=(),
        description="AWS services (such as `ecr.api`) to reach over interface endpoints. Each is "
        "billed by the hour and zone; the policy `cost-surprise` asks for a reason.",
    )

    @field_validator("cidr")
    @classmethod
    def _private_and_not_too_large(cls, cidr: IPv4Network) -> IPv4Network:
        if cidr.prefixlen < LARGEST_VPC_PREFIX:
            raise ValueError(
                f"expected a block of /{LARGEST_VPC_PREFIX} or smaller, got {cidr}: AWS takes no "
                "larger VPC"
            )
        if not any(cidr.subnet_of(block) for block in PRIVATE_RANGES):
            blocks = ", ".join(str(block) for block in PRIVATE_RANGES)
            raise ValueError(
                f"expected a block inside a private range, got {cidr}: the internet routes it "
                f"elsewhere; use one of {blocks}"
            )
        return cidr

    def _subnets_fit(self) -> Iterator[Finding]:
        if self.public_subnets or self.private_subnets:
            plan = SubnetPlan(public=self.public_subnets, private=self.private_subnets)
            for kind, message in plan_problems(self.cidr, self.availability_zones, plan):
                yield (kind,), message
        elif problem := size_problem(self.cidr, self.availability_zones):
            yield ("cidr",), problem

    checks = (_subnets_fit,)

    @property
    def subnets(self) -> SubnetPlan:
        """The blocks in use, by zone."""
        if self.public_subnets:
            return SubnetPlan(public=self.public_subnets, private=self.private_subnets)
        return even_plan(self.cidr, self.availability_zones)

    @property
    def nat_gateway_count(self) -> int:
        return {"none": 0, "single": 1, "dual": 2}[self.nat_gateways]
