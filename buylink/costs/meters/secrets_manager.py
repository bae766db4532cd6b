"""Secrets Manager secrets. https://aws.amazon.com/secrets-manager/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    UsageKey,
    by_month,
    by_usage,
    depending,
    get_stated,
)
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the calls of a month")
SECRET: Final = Meter("Secrets Manager", "Secret")
SECRET_CALL: Final = Meter("Secrets Manager", "Secrets Manager API request")


def _secret(secret: Resource, context: MeterContext) -> Iterator[Charge]:
    replicas = get_stated(secret, "replicas") or ()
    if replicas is UNKNOWN:
        yield depending(context, SECRET, "its replicas: each is charged as a secret")
    else:
        yield by_month(context, SECRET, 1 + len(replicas))
    yield by_usage(secret, context, SECRET_CALL, REQUESTS)


METERS: Final = (
    MeterSpec(
        type="aws:secretsmanager/secret:Secret",
        terraform="aws_secretsmanager_secret",
        measure=_secret,
        usage_keys=(REQUESTS,),
    ),
)
