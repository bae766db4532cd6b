"""Public IPv4 addresses and VPC endpoints. https://aws.amazon.com/vpc/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    Free,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_hour,
    by_usage,
    get_stated,
    known,
)
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import Range
from buylink.graph import Resource

IPV4: Final = Meter("VPC", "Public IPv4 address, in use")
ENDPOINT_HOUR: Final = Meter("VPC", "Interface VPC endpoint hour (per endpoint per AZ)")
ENDPOINT_DATA: Final = Meter("VPC", "Interface VPC endpoint data processed")
PROCESSED: Final = UsageKey(
    name="monthly_data_processed_gb", unit="GB", about="the data through the endpoint"
)


def _address(resource: Resource, context: MeterContext) -> Iterator[Charge | Free]:
    """One address, in use or idle: both cost the same."""
    if str(known(get_stated(resource, "publicIpv4Pool"))).startswith("ipv4pool-"):
        yield Free(reason="an address of one's own pool is free")
    else:
        yield by_hour(context, IPV4)


def _endpoint(resource: Resource, context: MeterContext) -> Iterator[Charge | Free | Unpriced]:
    kind = get_stated(resource, "vpcEndpointType")
    if kind in (None, "Gateway"):
        yield Free(reason="a gateway endpoint is free")
    elif kind == "Interface":
        yield zones(resource, "subnetIds").charge(context, ENDPOINT_HOUR)
        yield by_usage(resource, context, ENDPOINT_DATA, PROCESSED)
    else:
        yield Unpriced(reason=f"no price for an endpoint of type {kind}")


@dataclass(frozen=True, slots=True)
class Zones:
    """How many zones a resource has a foot in, and why that is a range."""

    number: Range
    why: str = ""

    def charge(self, context: MeterContext, meter: Meter) -> Charge:
        """What is paid by the hour in each of them."""
        return replace(by_hour(context, meter, self.number), note=self.why)


def zones(resource: Resource, name: str, least: int = 1) -> Zones:
    """One for each of its subnets."""
    subnets = get_stated(resource, name)
    if isinstance(subnets, list | tuple):
        return Zones(Range.exactly(max(len(subnets), least)))
    # A whole list that isn't known may come from one resource or from one for each subnet.
    seen = max(len(resource.dependencies.get(name, ())), least)
    if subnets is None:
        return Zones(Range.exactly(seen))
    return Zones(Range.between(seen, max(seen, 2), max(seen, 3)), f"{name} isn't known: 2 or 3")


METERS: Final = (
    MeterSpec(type="aws:ec2/eip:Eip", terraform="aws_eip", measure=_address),
    MeterSpec(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        terraform="aws_vpc_endpoint",
        measure=_endpoint,
        usage_keys=(PROCESSED,),
    ),
)
