"""ECR repositories. https://aws.amazon.com/ecr/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

STORAGE: Final = UsageKey(name="storage_gb", unit="GB-month", about="the images kept")
IMAGES: Final = Meter("ECR", "ECR private storage")


def _repository(repository: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_usage(repository, surroundings, IMAGES, STORAGE)


METERED: Final = (
    Metered(
        type="aws:ecr/repository:Repository",
        terraform="aws_ecr_repository",
        measure=_repository,
        usage_keys=(STORAGE,),
    ),
)
