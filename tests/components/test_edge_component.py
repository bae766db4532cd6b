"""CloudFront before the load balancer."""

from __future__ import annotations

from typing import Any

from tests.components.recorder import plan
from tests.components.shapes import CERTIFICATE, DOMAIN, WITHOUT_EDGE

DISTRIBUTION = "cloudfront/distribution:Distribution"
WEB_ACL = "wafv2/webAcl:WebAcl"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ORIGIN_CACHE_CONTROL = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"


def distribution(*overrides: str) -> dict[str, Any]:
    return plan("dev", *overrides).one(DISTRIBUTION).inputs


def behaviors_to_the_load_balancer() -> list[dict[str, Any]]:
    """The default one, then those of the APIs."""
    inputs = distribution()
    behaviors = [inputs["defaultCacheBehavior"], *inputs["orderedCacheBehaviors"]]
    return [it for it in behaviors if it["targetOriginId"] == "load-balancer"]


def test_it_reaches_the_internal_load_balancer_through_a_vpc_origin() -> None:
    (origin,) = [it for it in distribution()["origins"] if it["originId"] == "load-balancer"]
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
    api = {it["pathPattern"]: it["cachePolicyId"] for it in apis}
    assert api == {"/v1/*": CACHING_DISABLED}


def test_a_services_own_paths_are_never_cached_whoever_answers_the_rest() -> None:
    ordered = distribution("buylink:services.ingestion-api.paths=[/v1/videos, /things/*]")
    patterns = [it["pathPattern"] for it in ordered["orderedCacheBehaviors"]]
    assert patterns == ["/thumbnails/*", "/v1/*", "/things/*"]


def test_every_way_to_a_service_is_https_with_security_headers() -> None:
    behaviors = behaviors_to_the_load_balancer()
    assert [it["viewerProtocolPolicy"] for it in behaviors] == ["redirect-to-https", "https-only"]
    assert {it["responseHeadersPolicyId"] for it in behaviors} == {SECURITY_HEADERS}


def test_services_see_all_that_a_viewer_sent_and_pages_are_read_alone() -> None:
    page, api = behaviors_to_the_load_balancer()
    assert {it["originRequestPolicyId"] for it in (page, api)} == {ALL_VIEWER}
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
    assert [it.name for it in planned.resources if "edge" in it.name] == []
    assert planned.of_type("cloudfront/vpcOrigin:VpcOrigin") == []
