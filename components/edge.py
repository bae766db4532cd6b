"""CloudFront before the load balancer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudfront

from buylink.settings.operations import DomainSettings, EdgeSettings
from components.load_balancer import LoadBalancer
from components.parts import cloudfront_policies as managed
from components.parts.names import explicit_name
from components.parts.owner import Owner
from components.parts.rate_limit import add_rate_limit
from components.parts.security_rules import HTTP, HTTPS
from components.parts.thumbnails import THUMBNAILS, add_thumbnails_origin, thumbnails_behavior
from components.tiered_bucket import TieredBucket

ORIGIN = "load-balancer"


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """What an Edge is made from.

    `uncached_paths` are path patterns whose answers are never cached: those of the APIs.
    `thumbnails` is a bucket `behind_edge`; the edge becomes its one reader.
    """

    stack: str
    load_balancer: LoadBalancer
    uncached_paths: Sequence[str]
    thumbnails: TieredBucket
    domain: DomainSettings | None
    settings: EdgeSettings


class Edge(pulumi.ComponentResource):
    """A CloudFront distribution, and the way from it to an internal load balancer.

    - a VPC origin, so that the load balancer needs no public address
    - HTTPS for viewers alone, over HTTP/2 and HTTP/3, IPv4 and IPv6
    - pages read alone, and cached as their own `Cache-Control` says; API paths never
    - thumbnails from their private bucket, by requests that CloudFront signs
    - where a rate limit is set, a WAF web ACL with that one rule
    """

    distribution_id: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    """CloudFront's own name of the distribution."""

    def __init__(
        self, name: str, args: EdgeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        settings = args.settings
        props: pulumi.Inputs = {
            "priceClass": settings.price_class,
            "rateLimit": settings.rate_limit,
            "aliases": _aliases(args.domain),
        }
        super().__init__("buylink:edge:Edge", name, props, opts)
        own = Owner(self, args.stack, "edge")
        distribution = cloudfront.Distribution(
            own.name("distribution"),
            enabled=True,
            comment=f"The hub of {args.stack}",
            aliases=_aliases(args.domain),
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class=settings.price_class,
            origins=_origins(own, args),
            default_cache_behavior=_default_behavior(),
            ordered_cache_behaviors=_ordered_behaviors(args),
            restrictions=cloudfront.DistributionRestrictionsArgs(
                geo_restriction=cloudfront.DistributionRestrictionsGeoRestrictionArgs(
                    restriction_type="none"
                )
            ),
            viewer_certificate=_certificate(args.domain),
            web_acl_id=_web_acl_arn(own, settings.rate_limit),
            tags=own.tags("distribution"),
            opts=own.opts(),
        )
        args.thumbnails.allow_reading_by(distribution.arn, THUMBNAILS)
        self.distribution_id = distribution.id
        self.domain_name = distribution.domain_name
        self.register_outputs(
            {"distributionId": self.distribution_id, "domainName": self.domain_name}
        )


def _aliases(domain: DomainSettings | None) -> list[str]:
    return [domain.name] if domain else []


def _origins(own: Owner, args: EdgeArgs) -> list[cloudfront.DistributionOriginArgs]:
    return [
        _origin(own, args.load_balancer),
        add_thumbnails_origin(own, args.thumbnails.regional_domain_name),
    ]


def _ordered_behaviors(args: EdgeArgs) -> list[cloudfront.DistributionOrderedCacheBehaviorArgs]:
    """The first that matches a path counts: no service's paths may hide the thumbnails."""
    return [thumbnails_behavior(), *(_uncached_behavior(path) for path in args.uncached_paths)]


def _origin(own: Owner, balancer: LoadBalancer) -> cloudfront.DistributionOriginArgs:
    vpc_origin = cloudfront.VpcOrigin(
        own.name("vpc-origin"),
        vpc_origin_endpoint_config=cloudfront.VpcOriginVpcOriginEndpointConfigArgs(
            name=explicit_name(own.stack, ORIGIN),
            arn=balancer.arn,
            http_port=HTTP,
            https_port=HTTPS,
            origin_protocol_policy="http-only",
            origin_ssl_protocols=cloudfront.VpcOriginVpcOriginEndpointConfigOriginSslProtocolsArgs(
                items=["TLSv1.2"], quantity=1
            ),
        ),
        tags=own.tags("vpc-origin"),
        opts=own.opts(),
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
        allowed_methods=list(managed.CACHED_METHODS),
        cached_methods=list(managed.CACHED_METHODS),
        cache_policy_id=managed.ORIGIN_CACHE_CONTROL,
        origin_request_policy_id=managed.ALL_VIEWER,
        response_headers_policy_id=managed.SECURITY_HEADERS,
        compress=True,
    )


def _uncached_behavior(path: str) -> cloudfront.DistributionOrderedCacheBehaviorArgs:
    return cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=path,
        target_origin_id=ORIGIN,
        # A redirect would come too late: the client has sent its token in the clear by then.
        viewer_protocol_policy="https-only",
        allowed_methods=list(managed.ALL_METHODS),
        cached_methods=list(managed.CACHED_METHODS),
        cache_policy_id=managed.CACHING_DISABLED,
        origin_request_policy_id=managed.ALL_VIEWER,
        response_headers_policy_id=managed.SECURITY_HEADERS,
    )


def _certificate(domain: DomainSettings | None) -> cloudfront.DistributionViewerCertificateArgs:
    if domain is None:
        # CloudFront fixes the TLS version of its own name; it takes no other value here.
        return cloudfront.DistributionViewerCertificateArgs(cloudfront_default_certificate=True)
    return cloudfront.DistributionViewerCertificateArgs(
        acm_certificate_arn=domain.certificate_arn,
        minimum_protocol_version="TLSv1.2_2021",
        ssl_support_method="sni-only",
    )


def _web_acl_arn(own: Owner, rate_limit: int | None) -> pulumi.Output[str] | None:
    if rate_limit is None:
        return None
    return add_rate_limit(own, rate_limit)
