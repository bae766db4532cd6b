"""WAF web ACLs. https://aws.amazon.com/waf/pricing/"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

INSPECTED: Final = UsageKey(
    name="monthly_requests", unit="request", about="the requests that it inspects"
)
WEB_ACL: Final = Meter("WAF", "WAF web ACL")
RULE: Final = Meter("WAF", "WAF rule")
REQUEST: Final = Meter("WAF", "WAF request inspected")


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
        type="aws:wafv2/webAcl:WebAcl",
        terraform="aws_wafv2_web_acl",
        measure=_web_acl,
        usage_keys=(INSPECTED,),
    ),
)
