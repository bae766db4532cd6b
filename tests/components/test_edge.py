"""CloudFront before the load balancer, and the thumbnails that it serves."""

from __future__ import annotations

import json
from functools import cache

import pytest

from buylink.graph import Value
from buylink.settings.operations import DomainSettings
from buylink.settings.stack_files import read_stack_file, settings_from
from components.edge.edge import Edge, EdgeArgs
from components.hub.hub import Hub, HubArgs
from components.network.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network.network import Network, NetworkArgs
from tests.components.plans import CERTIFICATE, DOMAIN, WITHOUT_EDGE
from tests.components.recorder import ACCOUNT, REPOSITORY, Plan, Resource, plan, record

DISTRIBUTION = "cloudfront/distribution:Distribution"
WEB_ACL = "wafv2/webAcl:WebAcl"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ORIGIN_CACHE_CONTROL = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"


def distribution(*overrides: str) -> dict[str, Value]:
    return plan("dev", *overrides).one(DISTRIBUTION).inputs


def behaviors_to_the_load_balancer() -> list[dict[str, Value]]:
    """The default one, then those of the APIs."""
    inputs = distribution()
    behaviors = [inputs["defaultCacheBehavior"], *inputs["orderedCacheBehaviors"]]
    return [behavior for behavior in behaviors if behavior["targetOriginId"] == "load-balancer"]


def test_it_reaches_the_internal_load_balancer_through_a_vpc_origin() -> None:
    (origin,) = [
        origin for origin in distribution()["origins"] if origin["originId"] == "load-balancer"
    ]
    assert origin == {
        "originId": "load-balancer",
        "domainName": "hub-load-balancer-alb:dnsName",
        "vpcOriginConfig": {"vpcOriginId": "hub-edge-vpc-origin:id"},
    }
    vpc_origin = plan("dev").one("cloudfront/vpcOrigin:VpcOrigin").inputs
    endpoint = vpc_origin["vpcOriginEndpointConfig"]
    assert endpoint["arn"] == "hub-load-balancer-alb:arn"
    assert (endpoint["originProtocolPolicy"], endpoint["httpPort"]) == ("http-only", 80)


def test_pages_are_cached_as_they_say_and_api_paths_never() -> None:
    default, *apis = behaviors_to_the_load_balancer()
    assert default["cachePolicyId"] == ORIGIN_CACHE_CONTROL
    api = {behavior["pathPattern"]: behavior["cachePolicyId"] for behavior in apis}
    assert api == {"/v1/*": CACHING_DISABLED}


def test_a_services_own_paths_are_never_cached_whoever_answers_the_rest() -> None:
    ordered = distribution("buylink:services.ingestion-api.paths=[/v1/videos, /things/*]")
    patterns = [behavior["pathPattern"] for behavior in ordered["orderedCacheBehaviors"]]
    assert patterns == ["/thumbnails/*", "/v1/*", "/things/*"]


def test_every_way_to_a_service_is_https_with_security_headers() -> None:
    behaviors = behaviors_to_the_load_balancer()
    assert [behavior["viewerProtocolPolicy"] for behavior in behaviors] == [
        "redirect-to-https",
        "https-only",
    ]
    assert {behavior["responseHeadersPolicyId"] for behavior in behaviors} == {SECURITY_HEADERS}


def test_services_see_all_that_a_viewer_sent_and_pages_are_read_alone() -> None:
    page, api = behaviors_to_the_load_balancer()
    assert {behavior["originRequestPolicyId"] for behavior in (page, api)} == {ALL_VIEWER}
    assert page["allowedMethods"] == ["GET", "HEAD"]
    assert "POST" in api["allowedMethods"]


def test_it_speaks_http_3_and_ipv6() -> None:
    inputs = distribution()
    assert (inputs["httpVersion"], inputs["isIpv6Enabled"]) == ("http2and3", True)


def test_its_price_class_is_the_settings() -> None:
    assert distribution()["priceClass"] == "PriceClass_100"
    assert distribution("buylink:edge.priceClass=PriceClass_All")["priceClass"] == "PriceClass_All"


def test_without_a_domain_it_has_cloudfronts_certificate() -> None:
    inputs = distribution()
    assert inputs["aliases"] == []
    assert inputs["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}


def test_with_a_domain_it_has_the_domains_certificate_and_tls_1_2_at_least() -> None:
    inputs = distribution(DOMAIN)
    assert inputs["aliases"] == ["hub.example.com"]
    assert inputs["viewerCertificate"] == {
        "acmCertificateArn": CERTIFICATE,
        "minimumProtocolVersion": "TLSv1.2_2021",
        "sslSupportMethod": "sni-only",
    }


def test_without_a_rate_limit_there_is_no_web_acl_to_pay_for() -> None:
    assert plan("dev").of_type(WEB_ACL) == []
    assert "webAclId" not in distribution()


def test_a_rate_limit_is_one_rule_of_a_web_acl_in_cloudfronts_region() -> None:
    planned = plan("dev", "buylink:edge.rateLimit=2000", "aws:region=eu-west-1")
    acl = planned.one(WEB_ACL).inputs
    assert (acl["scope"], acl["region"], acl["defaultAction"]) == (
        "CLOUDFRONT",
        "us-east-1",
        {"allow": {}},
    )
    (rule,) = acl["rules"]
    assert rule["action"] == {"block": {}}
    assert rule["statement"]["rateBasedStatement"] == {
        "aggregateKeyType": "IP",
        "limit": 2000,
        "evaluationWindowSec": 300,
    }
    assert planned.one(DISTRIBUTION).inputs["webAclId"] == "hub-edge-web-acl:arn"


def test_switched_off_it_makes_nothing() -> None:
    planned = plan("dev", *WITHOUT_EDGE)
    assert [resource.name for resource in planned.resources if "edge" in resource.name] == []
    assert planned.of_type("cloudfront/vpcOrigin:VpcOrigin") == []


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
    origins = {
        origin["originId"]: origin for origin in planned().one(DISTRIBUTION).inputs["origins"]
    }
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


def thumbnails_policy(hub: Plan) -> tuple[Resource, list[dict[str, Value]]]:
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
        record(lambda: _discard(Hub("hub", args)), limit_seconds=60)


def _discard(_: object) -> None:
    """A program returns nothing."""


def test_they_are_only_read_over_https_cached_and_with_security_headers() -> None:
    behaviors = planned().one(DISTRIBUTION).inputs["orderedCacheBehaviors"]
    (behavior,) = [behavior for behavior in behaviors if behavior["targetOriginId"] == "thumbnails"]
    assert behavior == {
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
    assert [behavior["pathPattern"] for behavior in behaviors] == [
        "/thumbnails/*",
        "/v1/videos",
        "/*",
    ]
