"""Secrets Manager secrets, KMS keys and ECR repositories.

https://aws.amazon.com/secrets-manager/pricing/ https://aws.amazon.com/kms/pricing/
https://aws.amazon.com/ecr/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the calls of a month")
STORAGE: Final = UsageKey(name="storage_gb", unit="GB-month", about="the images kept")
SECRET: Final = Meter("Secrets Manager", "Secret")
SECRET_CALL: Final = Meter("Secrets Manager", "Secrets Manager API request")
KEY: Final = Meter("KMS", "KMS customer managed key")
KEY_CALL: Final = Meter("KMS", "KMS symmetric request")
IMAGES: Final = Meter("ECR", "ECR private storage")


def _secret(secret: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    replicas = secret.get("replicas")
    copies = len(replicas) if isinstance(replicas, list) else 0
    yield by_month(surroundings, SECRET, 1 + copies)
    yield by_usage(secret, surroundings, SECRET_CALL, REQUESTS)


def _key(key: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_month(surroundings, KEY)
    yield by_usage(key, surroundings, KEY_CALL, REQUESTS)


def _repository(repository: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_usage(repository, surroundings, IMAGES, STORAGE)


METERED: Final = (
    Metered(
        type="aws:secretsmanager/secret:Secret",
        terraform="aws_secretsmanager_secret",
        measure=_secret,
        usage_keys=(REQUESTS,),
    ),
    Metered(
        type="aws:kms/key:Key",
        terraform="aws_kms_key",
        measure=_key,
        usage_keys=(REQUESTS,),
    ),
    Metered(
        type="aws:ecr/repository:Repository",
        terraform="aws_ecr_repository",
        measure=_repository,
        usage_keys=(STORAGE,),
    ),
)
