"""CloudFront before the load balancer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudfront, wafv2

from components.common.child_factory import ChildFactory, explicit_name
from components.network.load_balancer import LoadBalancer
from components.network.security_rules import HTTP, HTTPS

ORIGIN = "load-balancer"


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A name of the hub's own, and the ARN of a certificate for it in us-east-1."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """What an Edge is made from.

    `uncached_paths` are path patterns whose answers are never cached: those of the APIs.
    `thumbnails_domain` is the bucket's regional name; its policy must let the distribution read.
    `rate_limit` is in requests of one address in five minutes.
    """

    stack: str
    load_balancer: LoadBalancer
    uncached_paths: Sequence[str]
    thumbnails_domain: pulumi.Input[str]
    domain: Domain | None
    price_class: str
    rate_limit: int | None


class Edge(pulumi.ComponentResource):
    """A CloudFront distribution, and the way from it to an internal load balancer.

    - a VPC origin, so that the load balancer needs no public address
    - HTTPS for viewers alone, over HTTP/2 and HTTP/3, IPv4 and IPv6
    - pages read alone, and cached as their own `Cache-Control` says; API paths never
    - thumbnails from their private bucket, by requests that CloudFront signs
    - where a rate limit is set, a WAF web ACL with that one rule
    """

    distribution_id: pulumi.Output[str]
    distribution_arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    """CloudFront's own name of the distribution."""

    def __init__(
        self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        props: pulumi.Inputs = {
            "priceClass": args.price_class,
            "rateLimit": args.rate_limit,
            "aliases": _aliases(args.domain),
        }
        super().__init__("buylink:edge:Edge", name, props, opts)
        child = ChildFactory(self, args.stack, "edge")
        distribution = cloudfront.Distribution(
            child.name("distribution"),
            enabled=True,
            comment=f"The hub of {args.stack}",
            aliases=_aliases(args.domain),
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class=args.price_class,
            origins=_origins(child, args),
            default_cache_behavior=_default_behavior(),
            ordered_cache_behaviors=_ordered_behaviors(args),
            restrictions=cloudfront.DistributionRestrictionsArgs(
                geo_restriction=cloudfront.DistributionRestrictionsGeoRestrictionArgs(
                    restriction_type="none"
                )
            ),
            viewer_certificate=_certificate(args.domain),
            web_acl_id=_web_acl_arn(child, args.rate_limit),
            tags=child.tags("distribution"),
            opts=child.opts(),
        )
        self.distribution_id = distribution.id
        self.distribution_arn = distribution.arn
        self.domain_name = distribution.domain_name
        self.register_outputs(
            {"distributionId": self.distribution_id, "domainName": self.domain_name}
        )


def _aliases(domain: Domain | None) -> list[str]:
    return [domain.name] if domain else []


def _origins(child: ChildFactory, args: EdgeArgs) -> list[cloudfront.DistributionOriginArgs]:
    return [
        _origin(child, args.load_balancer),
        add_thumbnails_origin(child, args.thumbnails_domain),
    ]


def _ordered_behaviors(args: EdgeArgs) -> list[cloudfront.DistributionOrderedCacheBehaviorArgs]:
    """The first that matches a path counts: no service's paths may hide the thumbnails."""
    return [thumbnails_behavior(), *(_uncached_behavior(path) for path in args.uncached_paths)]


def _origin(child: ChildFactory, balancer: LoadBalancer) -> cloudfront.DistributionOriginArgs:
    vpc_origin = cloudfront.VpcOrigin(
        child.name("vpc-origin"),
        vpc_origin_endpoint_config=cloudfront.VpcOriginVpcOriginEndpointConfigArgs(
            name=explicit_name(child.stack, ORIGIN),
            arn=balancer.arn,
            http_port=HTTP,
            https_port=HTTPS,
            origin_protocol_policy="http-only",
            origin_ssl_protocols=cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs(
                items=["TLSv1.2"], quantity=1
            ),
        ),
        tags=child.tags("vpc-origin"),
        opts=child.opts(),
    )
    return cloudfront.DistributionOriginArgs(
        origin_id=ORIGIN,
        domain_name=balancer.dns_name,
        vpc_origin_config=cloudfront.DistributionOriginVpcOriginConfigArgs(
            vpc_origin_id=vpc_origin.id
        ),
    )


def _default_behavior() -> cloudfront.DistributionDefaultCacheBehaviorArgs:
    """Services see all that a viewer sent: by `Accept` they answer in HTML or JSON."""
    return cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=list(CACHED_METHODS),
        cached_methods=list(CACHED_METHODS),
        cache_policy_id=ORIGIN_CACHE_CONTROL,
        origin_request_policy_id=ALL_VIEWER,
        response_headers_policy_id=SECURITY_HEADERS,
        compress=True,
    )


def _uncached_behavior(path: str) -> cloudfront.DistributionOrderedCacheBehaviorArgs:
    return cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=path,
        target_origin_id=ORIGIN,
        # A redirect would come too late: the client has sent its token in the clear by then.
        viewer_protocol_policy="https-only",
        allowed_methods=list(ALL_METHODS),
        cached_methods=list(CACHED_METHODS),
        cache_policy_id=CACHING_DISABLED,
        origin_request_policy_id=ALL_VIEWER,
        response_headers_policy_id=SECURITY_HEADERS,
    )


def _certificate(domain: Domain | None) -> cloudfront.DistributionViewerCertificateArgs:
    if domain is None:
        # CloudFront fixes the TLS version of its own name; it takes no other value here.
        return cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True)
    return cloudfront.DistributionViewerCertificateArgs(
        acm_certificate_arn=domain.certificate_arn,
        minimum_protocol_version="TLSv1.2_2021",
        ssl_support_method="sni-only",
    )


def _web_acl_arn(child: ChildFactory, rate_limit: int | None) -> pulumi.Output[str] | None:
    if rate_limit is None:
        return None
    return add_rate_limit(child, rate_limit)


CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ORIGIN_CACHE_CONTROL = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
"""Cache policies. The second is `UseOriginCacheControlHeaders-QueryStrings`: its least and default
times are 0, so what the origin marks `no-store`, or not at all, is not cached. It goes by the query
string, the cookies, Host and Origin.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""

ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
"""Origin request policy that passes on all that the viewer sent, the Host header too.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""

SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""Response headers policy with HSTS, nosniff, frame and referrer headers.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html"""

ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
CACHED_METHODS = ("GET", "HEAD")


THUMBNAILS_ORIGIN = "thumbnails"

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""Managed cache policy that keys by the path alone, so that no query string or cookie of a viewer
reaches the bucket.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""

THUMBNAILS = "thumbnails/"
"""What their keys begin with, and behind the first slash their paths."""


def add_thumbnails_origin(
    child: ChildFactory, domain_name: pulumi.Input[str]
) -> cloudfront.DistributionOriginArgs:
    """The bucket of a regional `domain_name`; CloudFront signs each request to it (SigV4).

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    access = cloudfront.OriginAccessControl(
        child.name("thumbnails-access"),
        description=f"{child.stack}: sign requests to the thumbnails",
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=child.opts(),
    )
    return cloudfront.DistributionOriginArgs(
        origin_id=THUMBNAILS_ORIGIN, domain_name=domain_name, origin_access_control_id=access.id
    )


def thumbnails_behavior() -> cloudfront.DistributionOrderedCacheBehaviorArgs:
    """Read alone, and cached for as long as their own `Cache-Control` says, a day without one."""
    return cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=f"/{THUMBNAILS}*",
        target_origin_id=THUMBNAILS_ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=list(CACHED_METHODS),
        cached_methods=list(CACHED_METHODS),
        cache_policy_id=CACHING_OPTIMIZED,
        response_headers_policy_id=SECURITY_HEADERS,
        compress=True,
    )


CLOUDFRONT_REGION = "us-east-1"
"""Where web ACLs for CloudFront live, wherever the stack is.
https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html"""

WINDOW_SECONDS = 300


def add_rate_limit(child: ChildFactory, requests: int) -> pulumi.Output[str]:
    """Blocks an address past `requests` in five minutes; returns the web ACL's ARN."""
    acl = wafv2.WebAcl(
        child.name("web-acl"),
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
        tags=child.tags("web-acl"),
        opts=child.opts(),
    )
    return acl.arn
