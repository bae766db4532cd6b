"""Thumbnails: from a private bucket, through CloudFront alone."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from buylink.settings.operations import DomainSettings
from buylink.settings.stack_files import read_stack_file, settings_from
from components.edge.edge import SECURITY_HEADERS, Edge, EdgeArgs
from components.hub.hub import Hub, HubArgs
from components.network.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network.network import Network, NetworkArgs
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan, Resource, plan, record
from tests.components.shapes import WITHOUT_EDGE

DISTRIBUTION = "cloudfront/distribution:Distribution"
ACCESS = "cloudfront/originAccessControl:OriginAccessControl"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def load_balancer() -> LoadBalancer:
    network_args = NetworkArgs(
        stack="dev",
        region="us-east-1",
        account_id=ACCOUNT,
        zone_ids=("use1-az1", "use1-az2"),
        cidr="10.0.0.0/16",
        public_subnets=["10.0.0.0/18", "10.0.64.0/18"],
        private_subnets=["10.0.128.0/18", "10.0.192.0/18"],
        nat_gateways="single",
        interface_endpoints=(),
        flow_logs=False,
        retention_days=7,
    )
    args = LoadBalancerArgs(
        stack="dev",
        network=Network("hub-network", network_args),
        certificate_arn=None,
        idle_timeout=60,
        deletion_protection=False,
        access_logs_bucket=None,
    )
    return LoadBalancer("hub-load-balancer", args)


def edge() -> None:
    args = EdgeArgs(
        stack="dev",
        load_balancer=load_balancer(),
        uncached_paths=["/v1/videos", "/*"],
        thumbnails_domain="thumbnails.s3.us-east-1.amazonaws.com",
        domain=None,
        price_class="PriceClass_100",
        rate_limit=None,
    )
    Edge("hub-edge", args)


@cache
def planned() -> Plan:
    return record(edge)


def test_cloudfront_signs_every_request_to_their_bucket() -> None:
    origins = {it["originId"]: it for it in planned().one(DISTRIBUTION).inputs["origins"]}
    assert origins["thumbnails"] == {
        "originId": "thumbnails",
        "domainName": "thumbnails.s3.us-east-1.amazonaws.com",
        "originAccessControlId": "hub-edge-thumbnails-access:id",
    }
    assert set(origins) == {"load-balancer", "thumbnails"}
    assert planned().one(ACCESS).inputs == {
        "description": "dev: sign requests to the thumbnails",
        "originAccessControlOriginType": "s3",
        "signingBehavior": "always",
        "signingProtocol": "sigv4",
    }


def thumbnails_policy(hub: Plan) -> tuple[Resource, list[dict[str, Any]]]:
    policy = hub.named("hub-storage-thumbnails-policy")
    statements = json.loads(policy.inputs["policy"])["Statement"]
    return policy, [statement for statement in statements if statement["Effect"] == "Allow"]


def test_their_bucket_is_read_by_this_distribution_alone() -> None:
    hub = plan("dev")
    assert {"hub-storage-thumbnails-bucket:bucketRegionalDomainName"} < {
        origin["domainName"] for origin in hub.one(DISTRIBUTION).inputs["origins"]
    }
    policy, grants = thumbnails_policy(hub)
    assert [(grant["Resource"], grant["Condition"]) for grant in grants] == [
        (
            "hub-storage-thumbnails-bucket:arn/thumbnails/*",
            {"StringEquals": {"aws:SourceArn": "hub-edge-distribution:arn"}},
        )
    ]
    assert policy.parent == hub.named("hub-storage-thumbnails").urn
    assert "hub-edge-distribution" in hub.names(policy.dependencies)


def test_without_the_edge_nobody_reads_their_bucket_but_by_a_role() -> None:
    assert thumbnails_policy(plan("dev", *WITHOUT_EDGE))[1] == []


def test_an_edge_that_cannot_be_made_ends_the_program_with_its_own_error() -> None:
    """The bucket's policy waits for the distribution, and Pulumi for the policy."""
    settings = settings_from(read_stack_file(REPOSITORY, "dev"))
    domain = DomainSettings.model_construct(name="hub.example.com")
    args = HubArgs(settings=settings.model_copy(update={"domain": domain}), project=REPOSITORY)
    with pytest.raises(AttributeError, match="certificate_arn"):
        record(lambda: _discard(Hub("hub", args)))


def _discard(_: object) -> None:
    """A program returns nothing."""


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
