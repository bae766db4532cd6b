"""CloudFront distributions. https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

TO_VIEWERS: Final = UsageKey(
    name="monthly_data_transfer_to_internet_gb", unit="GB", about="the data sent to viewers"
)
TO_ORIGIN: Final = UsageKey(
    name="monthly_data_transfer_to_origin_gb", unit="GB", about="the data that viewers send"
)
HTTPS: Final = UsageKey(
    name="monthly_https_requests", unit="request", about="the viewers' HTTPS requests"
)
_METERS: Final = {
    TO_VIEWERS: Meter("CloudFront", "CloudFront data transfer out to internet"),
    TO_ORIGIN: Meter("CloudFront", "CloudFront data transfer out to origin (POST/PUT bodies)"),
    HTTPS: Meter("CloudFront", "CloudFront HTTPS request"),
}


def _distribution(distribution: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    """Pay-as-you-go, with all viewers near the stack's region."""
    for key, meter in _METERS.items():
        yield by_usage(distribution, surroundings, meter, key)


METERED: Final = (
    Metered(
        type="aws:cloudfront/distribution:Distribution",
        terraform="aws_cloudfront_distribution",
        measure=_distribution,
        usage_keys=tuple(_METERS),
    ),
)
