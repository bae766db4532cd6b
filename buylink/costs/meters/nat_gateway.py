"""NAT gateways. https://aws.amazon.com/vpc/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import Charge, MeterContext, MeterSpec, UsageKey, by_hour, by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

HOUR: Final = Meter("NAT Gateway", "NAT gateway hour")
DATA: Final = Meter("NAT Gateway", "NAT gateway data processed")
ACROSS_ZONES: Final = Meter(
    "Data Transfer", "Data transfer between AZs in one region (each direction)"
)
TO_INTERNET: Final = Meter("Data Transfer", "Data transfer out to internet")

PROCESSED: Final = UsageKey(
    name="monthly_data_processed_gb", unit="GB", about="the data through the gateway, both ways"
)
OUTBOUND: Final = UsageKey(
    name="monthly_outbound_internet_gb", unit="GB", about="the data that leaves AWS through it"
)
CROSSING: Final = UsageKey(
    name="monthly_cross_zone_gb", unit="GB", about="the data of tasks in another zone than it"
)
_EACH_WAY: Final = 2
"""A gigabyte between zones is charged where it leaves and where it comes in."""


def _gateway(resource: Resource, context: MeterContext) -> Iterator[Charge]:
    yield by_hour(context, HOUR)
    yield by_usage(resource, context, DATA, PROCESSED)
    yield by_usage(resource, context, TO_INTERNET, OUTBOUND)
    yield by_usage(resource, context, ACROSS_ZONES, CROSSING, _EACH_WAY)


METERS: Final = (
    MeterSpec(
        type="aws:ec2/natGateway:NatGateway",
        terraform="aws_nat_gateway",
        measure=_gateway,
        usage_keys=(PROCESSED, OUTBOUND, CROSSING),
    ),
)
