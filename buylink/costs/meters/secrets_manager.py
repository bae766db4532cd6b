"""Secrets Manager secrets. https://aws.amazon.com/secrets-manager/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage, depending, said
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the calls of a month")
SECRET: Final = Meter("Secrets Manager", "Secret")
SECRET_CALL: Final = Meter("Secrets Manager", "Secrets Manager API request")


def _secret(secret: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    replicas = said(secret, "replicas") or ()
    if replicas is UNKNOWN:
        yield depending(surroundings, SECRET, "its replicas: each is charged as a secret")
    else:
        yield by_month(surroundings, SECRET, 1 + len(replicas))
    yield by_usage(secret, surroundings, SECRET_CALL, REQUESTS)


METERED: Final = (
    Metered(
        type="aws:secretsmanager/secret:Secret",
        terraform="aws_secretsmanager_secret",
        measure=_secret,
        usage_keys=(REQUESTS,),
    ),
)
