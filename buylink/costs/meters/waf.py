"""WAF web ACLs. https://aws.amazon.com/waf/pricing/"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Unpriced,
    UsageKey,
    by_month,
    by_usage,
    depending,
    get_stated,
)
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource, Value

INSPECTED: Final = UsageKey(
    name="monthly_requests", unit="request", about="the requests that it inspects"
)
_GROUPS: Final = (
    UsageKey(name="rule_group_rules", unit="rule", about="rules that its rule groups have"),
    UsageKey(name="managed_rule_group_rules", unit="rule", about="rules that managed groups have"),
)
_DEAR: Final = frozenset(
    {
        "AWSManagedRulesACFPRuleSet",
        "AWSManagedRulesATPRuleSet",
        "AWSManagedRulesAntiDDoSRuleSet",
        "AWSManagedRulesBotControlRuleSet",
    }
)
WEB_ACL: Final = Meter("WAF", "WAF web ACL")
RULE: Final = Meter("WAF", "WAF rule")
REQUEST: Final = Meter("WAF", "WAF request inspected")


def _web_acl(acl: Resource, context: MeterContext) -> Iterator[Charge | Unpriced]:
    yield by_month(context, WEB_ACL)
    rules = _rules(acl)
    if rules is UNKNOWN:
        yield depending(context, RULE, "its rules")
    elif rules:
        yield by_month(context, RULE, len(rules))
    for key in _GROUPS:
        if context.usage(acl).get(key.name):
            yield by_usage(acl, context, RULE, key)
    yield by_usage(acl, context, REQUEST, INSPECTED)
    if paid := sorted(_paid(rules)):
        yield Unpriced(reason=f"no price for the managed rule groups {', '.join(paid)}")


def _rules(acl: Resource) -> Value:
    """Those of the program or, as text, of `ruleJson`."""
    text = get_stated(acl, "ruleJson")
    return json.loads(text) if isinstance(text, str) else text or get_stated(acl, "rules") or []


def _paid(rules: Value) -> Iterator[str]:
    """Managed groups that cost more than a rule: those of others, and AWS's dear ones."""
    for rule in rules if isinstance(rules, list) else ():
        statement = rule.get("statement") or rule.get("Statement") or {}
        group = (
            statement.get("managedRuleGroupStatement")
            or statement.get("ManagedRuleGroupStatement")
            or {}
        )
        name = group.get("name") or group.get("Name")
        vendor = group.get("vendorName") or group.get("VendorName")
        if name and (vendor != "AWS" or name in _DEAR):
            yield str(name)


METERS: Final = (
    MeterSpec(
        type="aws:wafv2/webAcl:WebAcl",
        terraform="aws_wafv2_web_acl",
        measure=_web_acl,
        usage_keys=(INSPECTED, *_GROUPS),
    ),
)
