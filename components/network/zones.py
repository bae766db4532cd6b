"""Which availability zones a stack uses. Zones go by ID: their names differ between accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pulumi
import pulumi_aws as aws

EXCLUDED_ZONE_IDS: Mapping[str, frozenset[str]] = {
    "ap-northeast-1": frozenset({"apne1-az3"}),
    "us-east-1": frozenset({"use1-az3"}),
    "us-west-1": frozenset({"usw1-az2"}),
}
"""Zones by region where Fargate starts no task, or CloudFront reaches no VPC origin.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html"""


def choose_zones(region: str, zone_ids: Iterable[str], count: int) -> tuple[str, ...]:
    """The `count` zones to use of the `zone_ids` that an account has, the same ones every time.

    Raises ValueError when there are too few.
    """
    excluded = EXCLUDED_ZONE_IDS.get(region, frozenset())
    usable = sorted(set(zone_ids) - excluded)
    if len(usable) < count:
        raise ValueError(
            f"expected {count} availability zones in {region}, got {len(usable)} "
            f"({', '.join(usable) or 'none'}) without those that Fargate or CloudFront leave out "
            f"({', '.join(sorted(excluded)) or 'none'}): lower buylink:network.availabilityZones "
            "or choose another region"
        )
    return tuple(usable[:count])


def available_zones(parent: pulumi.Resource) -> Sequence[str]:
    """The IDs of the zones that this account may use without opting in, as AWS answers."""
    opted_in = aws.GetAvailabilityZonesFilterArgs(
        name="opt-in-status", values=["opt-in-not-required"]
    )
    return aws.get_availability_zones(
        state="available", filters=[opted_in], opts=pulumi.InvokeOptions(parent=parent)
    ).zone_ids
