"""CloudFront distributions and WAF. https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/

https://aws.amazon.com/waf/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

TO_VIEWERS: Final = UsageKey(
    name="monthly_data_transfer_to_internet_gb", unit="GB", about="the data sent to viewers"
)
TO_ORIGIN: Final = UsageKey(
    name="monthly_data_transfer_to_origin_gb", unit="GB", about="the data that viewers send"
)
HTTPS: Final = UsageKey(
    name="monthly_https_requests", unit="request", about="the viewers' HTTPS requests"
)
INSPECTED: Final = UsageKey(
    name="monthly_requests", unit="request", about="the requests that it inspects"
)
_METERS: Final = {
    TO_VIEWERS: Meter("CloudFront", "CloudFront data transfer out to internet"),
    TO_ORIGIN: Meter("CloudFront", "CloudFront data transfer out to origin (POST/PUT bodies)"),
    HTTPS: Meter("CloudFront", "CloudFront HTTPS request"),
}
WEB_ACL: Final = Meter("WAF", "WAF web ACL")
RULE: Final = Meter("WAF", "WAF rule")
REQUEST: Final = Meter("WAF", "WAF request inspected")


def _distribution(distribution: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    """Pay-as-you-go, with all viewers near the stack's region."""
    for key, meter in _METERS.items():
        yield by_usage(distribution, surroundings, meter, key)


def _web_acl(acl: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_month(surroundings, WEB_ACL)
    rules = acl.get("rules")
    if rules is UNKNOWN:
        price = surroundings.price(RULE)
        yield Charge(price=price, quantity=None, kind="baseline", note="depends on its rules")
    elif isinstance(rules, Sized) and len(rules):
        yield by_month(surroundings, RULE, len(rules))
    yield by_usage(acl, surroundings, REQUEST, INSPECTED)


METERED: Final = (
    Metered(
        type="aws:cloudfront/distribution:Distribution",
        terraform="aws_cloudfront_distribution",
        measure=_distribution,
        usage_keys=tuple(_METERS),
    ),
    Metered(
        type="aws:wafv2/webAcl:WebAcl",
        terraform="aws_wafv2_web_acl",
        measure=_web_acl,
        usage_keys=(INSPECTED,),
    ),
)
