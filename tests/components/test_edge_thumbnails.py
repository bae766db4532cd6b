"""Thumbnails: from a private bucket, through CloudFront alone."""

from __future__ import annotations

import json
from functools import cache

import pytest

from buylink.settings import NetworkSettings
from buylink.settings.operations import EdgeSettings, LoadBalancerSettings
from buylink.settings.storage import StorageSettings
from components.edge.edge import THUMBNAILS, Edge, EdgeArgs
from components.network.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network.network import Network, NetworkArgs
from components.storage.tiered_bucket import TieredBucket, TieredBucketArgs
from tests.components.keeping_recorder import record_kept
from tests.components.recorder import ACCOUNT, Plan
from tests.components.test_edge_component import SECURITY_HEADERS

DISTRIBUTION = "cloudfront/distribution:Distribution"
ACCESS = "cloudfront/originAccessControl:OriginAccessControl"
POLICY = "s3/bucketPolicy:BucketPolicy"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def load_balancer() -> LoadBalancer:
    network_args = NetworkArgs(
        stack="dev",
        region="us-east-1",
        account_id=ACCOUNT,
        zone_ids=("use1-az1", "use1-az2"),
        settings=NetworkSettings(),
        retention_days=7,
    )
    args = LoadBalancerArgs(
        stack="dev",
        network=Network("hub-network", network_args),
        certificate_arn=None,
        settings=LoadBalancerSettings(),
    )
    return LoadBalancer("hub-load-balancer", args)


def thumbnails(*, behind_edge: bool = True) -> TieredBucket:
    args = TieredBucketArgs(
        stack="dev",
        label="thumbnails",
        tiers={THUMBNAILS: StorageSettings().thumbnails},
        protect=False,
        behind_edge=behind_edge,
    )
    return TieredBucket("hub-thumbnails", args)


def edge(bucket: TieredBucket) -> Edge:
    args = EdgeArgs(
        stack="dev",
        load_balancer=load_balancer(),
        uncached_paths=["/v1/videos", "/*"],
        thumbnails=bucket,
        domain=None,
        settings=EdgeSettings(),
    )
    return Edge("hub-edge", args)


@cache
def planned() -> Plan:
    return record_kept(lambda: _discard(edge(thumbnails())))[0]


def _discard(_: object) -> None:
    """A program returns nothing."""


def test_cloudfront_signs_every_request_to_their_bucket() -> None:
    origins = {it["originId"]: it for it in planned().one(DISTRIBUTION).inputs["origins"]}
    assert origins["thumbnails"] == {
        "originId": "thumbnails",
        "domainName": "hub-thumbnails-bucket:bucketRegionalDomainName",
        "originAccessControlId": "hub-edge-thumbnails-access:id",
    }
    assert set(origins) == {"load-balancer", "thumbnails"}
    assert planned().one(ACCESS).inputs == {
        "description": "dev: sign requests to the thumbnails",
        "originAccessControlOriginType": "s3",
        "signingBehavior": "always",
        "signingProtocol": "sigv4",
    }


def test_their_bucket_is_read_by_this_distribution_alone() -> None:
    policy = planned().one(POLICY)
    grants = [
        it for it in json.loads(policy.inputs["policy"])["Statement"] if it["Effect"] == "Allow"
    ]
    assert [(it["Resource"], it["Condition"]) for it in grants] == [
        (
            "hub-thumbnails-bucket:arn/thumbnails/*",
            {"StringEquals": {"aws:SourceArn": "hub-edge-distribution:arn"}},
        )
    ]
    bucket = planned().one("buylink:tiered_bucket:TieredBucket")
    assert policy.parent == bucket.urn
    assert "hub-edge-distribution" in planned().names(policy.dependencies)


def test_they_are_only_read_over_https_cached_and_with_security_headers() -> None:
    behaviors = planned().one(DISTRIBUTION).inputs["orderedCacheBehaviors"]
    (found,) = [it for it in behaviors if it["targetOriginId"] == "thumbnails"]
    assert found == {
        "pathPattern": "/thumbnails/*",
        "targetOriginId": "thumbnails",
        "viewerProtocolPolicy": "redirect-to-https",
        "allowedMethods": ["GET", "HEAD"],
        "cachedMethods": ["GET", "HEAD"],
        "cachePolicyId": CACHING_OPTIMIZED,
        "responseHeadersPolicyId": SECURITY_HEADERS,
        "compress": True,
    }


def test_no_services_paths_hide_them() -> None:
    behaviors = planned().one(DISTRIBUTION).inputs["orderedCacheBehaviors"]
    assert [it["pathPattern"] for it in behaviors] == ["/thumbnails/*", "/v1/videos", "/*"]


def test_a_bucket_that_is_not_behind_the_edge_is_refused() -> None:
    with pytest.raises(RuntimeError, match="set behind_edge"):
        record_kept(lambda: _discard(edge(thumbnails(behind_edge=False))))
