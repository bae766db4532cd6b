"""Settings of the VPC."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Literal

from pydantic import Field, field_validator

from buylink.settings.base import Finding, SettingsModel
from buylink.settings.subnets import (
    LARGEST_VPC_PREFIX,
    PRIVATE_RANGES,
    SubnetPlan,
    even_plan,
    plan_problems,
    size_problem,
)

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
        description="Log rejected traffic to CloudWatch Logs, which bills by the GB taken in.",
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
