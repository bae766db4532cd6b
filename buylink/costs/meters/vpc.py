"""Public IPv4 addresses and VPC endpoints. https://aws.amazon.com/vpc/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from buylink.costs.charge import Charge, Free, Metered, Surroundings, Unpriced, UsageKey
from buylink.costs.meters.by_usage import by_hour, by_usage, known, said
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import Range
from buylink.graph import Resource

IPV4: Final = Meter("VPC", "Public IPv4 address, in use")
ENDPOINT_HOUR: Final = Meter("VPC", "Interface VPC endpoint hour (per endpoint per AZ)")
ENDPOINT_DATA: Final = Meter("VPC", "Interface VPC endpoint data processed")
PROCESSED: Final = UsageKey(
    name="monthly_data_processed_gb", unit="GB", about="the data through the endpoint"
)


def _address(resource: Resource, surroundings: Surroundings) -> Iterator[Charge | Free]:
    """One address, in use or idle: both cost the same."""
    if str(known(said(resource, "publicIpv4Pool"))).startswith("ipv4pool-"):
        yield Free(reason="an address of one's own pool is free")
    else:
        yield by_hour(surroundings, IPV4)


def _endpoint(resource: Resource, surroundings: Surroundings) -> Iterator[Charge | Free | Unpriced]:
    kind = said(resource, "vpcEndpointType")
    if kind in (None, "Gateway"):
        yield Free(reason="a gateway endpoint is free")
    elif kind == "Interface":
        yield zones(resource, "subnetIds").charge(surroundings, ENDPOINT_HOUR)
        yield by_usage(resource, surroundings, ENDPOINT_DATA, PROCESSED)
    else:
        yield Unpriced(reason=f"no price for an endpoint of type {kind}")


@dataclass(frozen=True, slots=True)
class Zones:
    """How many zones a resource has a foot in, and why that is a range."""

    number: Range
    why: str = ""

    def charge(self, surroundings: Surroundings, meter: Meter) -> Charge:
        """What is paid by the hour in each of them."""
        return replace(by_hour(surroundings, meter, self.number), note=self.why)


def zones(resource: Resource, name: str, least: int = 1) -> Zones:
    """One for each of its subnets."""
    subnets = said(resource, name)
    if isinstance(subnets, list | tuple):
        return Zones(Range.exactly(max(len(subnets), least)))
    # A whole list that isn't known may come from one resource or from one for each subnet.
    seen = max(len(resource.dependencies.get(name, ())), least)
    if subnets is None:
        return Zones(Range.exactly(seen))
    return Zones(Range.between(seen, max(seen, 2), max(seen, 3)), f"{name} isn't known: 2 or 3")


METERED: Final = (
    Metered(type="aws:ec2/eip:Eip", terraform="aws_eip", measure=_address),
    Metered(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        terraform="aws_vpc_endpoint",
        measure=_endpoint,
        usage_keys=(PROCESSED,),
    ),
)
