"""A WAF web ACL with one rule: how many requests an address may make."""

from __future__ import annotations

import pulumi
from pulumi_aws import wafv2

from components.parts.owner import Owner

CLOUDFRONT_REGION = "us-east-1"
"""Where web ACLs for CloudFront live, wherever the stack is.
https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html"""

WINDOW_SECONDS = 300


def add_rate_limit(own: Owner, requests: int) -> pulumi.Output[str]:
    """Blocks an address past `requests` in five minutes; returns the web ACL's ARN."""
    acl = wafv2.WebAcl(
        own.name("web-acl"),
        region=CLOUDFRONT_REGION,
        scope="CLOUDFRONT",
        description="Hub: requests an address may make in five minutes",
        default_action=wafv2.WebAclDefaultActionArgs(allow=wafv2.WebAclDefaultActionAllowArgs()),
        rules=[
            wafv2.WebAclRuleArgs(
                name="rate-limit",
                priority=0,
                action=wafv2.WebAclRuleActionArgs(block=wafv2.WebAclRuleActionBlockArgs()),
                statement=wafv2.WebAclRuleStatementArgs(
                    rate_based_statement=wafv2.WebAclRuleStatementRateBasedStatementArgs(
                        aggregate_key_type="IP",
                        limit=requests,
                        evaluation_window_sec=WINDOW_SECONDS,
                    )
                ),
                visibility_config=wafv2.WebAclRuleVisibilityConfigArgs(
                    cloudwatch_metrics_enabled=True,
                    metric_name="rate-limit",
                    sampled_requests_enabled=False,
                ),
            )
        ],
        visibility_config=wafv2.WebAclVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True,
            metric_name="hub",
            sampled_requests_enabled=False,
        ),
        tags=own.tags("web-acl"),
        opts=own.opts(),
    )
    return acl.arn
