"""How a stack reaches the internet, and is reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from buylink.planning.options.choices.offer import Choice, Offer

NEEDED_ENDPOINTS: Final = ("ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "sqs")
"""What the hub's tasks ask of AWS, S3 and DynamoDB aside."""
EXAMPLE_DOMAIN: Final = "hub.example.com"
EXAMPLE_CERTIFICATE: Final = "arn:aws:acm:{}:123456789012:certificate/00000000-0000"


def network(offer: Offer) -> Iterator[Choice]:
    """NAT gateways, and endpoints instead."""
    gateways = offer.settings.network.nat_gateways
    if gateways != "dual":
        yield offer.choice(
            "nat-dual",
            "Two NAT gateways, in two zones",
            {"network.natGateways": "dual"},
            ("low", "low"),
            "an outage of one zone leaves the other's way out",
        )
    if gateways != "single":
        yield offer.choice(
            "nat-single",
            "One NAT gateway for all zones",
            {"network.natGateways": "single"},
            ("medium", "low"),
            "an outage of its zone takes the other zone's way out along",
        )
    if gateways == "none":
        return
    yield offer.choice(
        "nat-none",
        "No NAT gateway: tasks with public addresses",
        {"network.natGateways": "none"},
        ("medium", "low"),
        "each task pays for its address; security groups stay closed, and no gateway can fail",
    )
    endpoints = [*NEEDED_ENDPOINTS]
    yield offer.choice(
        "nat-endpoints",
        "Interface endpoints instead of NAT",
        {"network.natGateways": "none", "network.interfaceEndpoints": endpoints},
        ("medium", "medium"),
        f"{len(endpoints)} endpoints in each zone bill by the hour; TikTok is reached past them",
    )


def edge(offer: Offer) -> Iterator[Choice]:
    """CloudFront, or not."""
    if not offer.settings.edge.enabled:
        yield offer.choice(
            "edge-on",
            "CloudFront before an internal load balancer",
            {"edge.enabled": True},
            ("low", "medium"),
            "no public addresses of the load balancer, cached pages, and data out from the edge",
        )
        return
    values: dict[str, Any] = {"edge.enabled": False}
    if offer.settings.domain is None:
        values["domain.name"] = EXAMPLE_DOMAIN
        values["domain.certificateArn"] = EXAMPLE_CERTIFICATE.format(offer.settings.region)
    yield offer.choice(
        "edge-off",
        "The load balancer on the internet, without CloudFront",
        values,
        ("medium", "medium"),
        "two public addresses, every page from the services; needs a domain and a certificate",
    )
