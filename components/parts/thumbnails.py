"""How CloudFront gets thumbnails out of a private bucket."""

from __future__ import annotations

import pulumi
from pulumi_aws import cloudfront

from components.parts import cloudfront_policies as managed
from components.parts.owner import Owner

ORIGIN = "thumbnails"

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""Managed cache policy that keys by the path alone, so that no query string or cookie of a viewer
reaches the bucket.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""

THUMBNAILS = "thumbnails/"
"""What their keys begin with, and behind the first slash their paths."""


def add_thumbnails_origin(
    own: Owner, domain_name: pulumi.Input[str]
) -> cloudfront.DistributionOriginArgs:
    """The bucket of a regional `domain_name`; CloudFront signs each request to it (SigV4).

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    access = cloudfront.OriginAccessControl(
        own.name("thumbnails-access"),
        description=f"{own.stack}: sign requests to the thumbnails",
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=own.opts(),
    )
    return cloudfront.DistributionOriginArgs(
        origin_id=ORIGIN, domain_name=domain_name, origin_access_control_id=access.id
    )


def thumbnails_behavior() -> cloudfront.DistributionOrderedCacheBehaviorArgs:
    """Read alone, and cached for as long as their own `Cache-Control` says, a day without one."""
    return cloudfront.DistributionOrderedCacheBehaviorArgs(
        path_pattern=f"/{THUMBNAILS}*",
        target_origin_id=ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=list(managed.CACHED_METHODS),
        cached_methods=list(managed.CACHED_METHODS),
        cache_policy_id=CACHING_OPTIMIZED,
        response_headers_policy_id=managed.SECURITY_HEADERS,
        compress=True,
    )
