"""The stacks that tests plan: the real three, and one for each choice they don't make."""

from __future__ import annotations

DIGEST = f"sha256:{'0' * 64}"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0000-1111"
DOMAIN = f"buylink:domain={{name: hub.example.com, certificateArn: '{CERTIFICATE}'}}"

NIGHT = "{night: {cron: 'cron(0 22 * * ? *)', minTasks: 1, maxTasks: 2}}"

WITHOUT_EDGE = ("buylink:edge.enabled=false", DOMAIN)
EVERY_OPTION = (
    "buylink:network.availabilityZones=3",
    "buylink:network.flowLogs=true",
    "buylink:network.interfaceEndpoints=[ecr.api, ecr.dkr]",
    "buylink:edge.rateLimit=2000",
    "buylink:loadBalancer.accessLogsBucket=logs-of-mine",
    "buylink:services.ingestion-api.architecture=X86_64",
    f"buylink:services.ingestion-api.digest={DIGEST}",
    f"buylink:services.ingestion-api.schedule={NIGHT}",
    "buylink:services.product-service.environment={LOG_LEVEL: debug}",
    "buylink:services.product-service.onDemandWeight=1",
    DOMAIN,
)

SHAPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "dev": ("dev", ()),
    "staging": ("staging", ()),
    "prod": ("prod", ()),
    "prod with every option": ("prod", EVERY_OPTION),
    "dev without NAT": ("dev", ("buylink:network.natGateways=none",)),
    "dev without the edge": ("dev", WITHOUT_EDGE),
}
