"""ECR repositories. https://aws.amazon.com/ecr/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import Charge, MeterContext, MeterSpec, UsageKey, by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

STORAGE: Final = UsageKey(name="storage_gb", unit="GB-month", about="the images kept")
IMAGES: Final = Meter("ECR", "ECR private storage")


def _repository(repository: Resource, context: MeterContext) -> Iterator[Charge]:
    yield by_usage(repository, context, IMAGES, STORAGE)


METERS: Final = (
    MeterSpec(
        type="aws:ecr/repository:Repository",
        terraform="aws_ecr_repository",
        measure=_repository,
        usage_keys=(STORAGE,),
    ),
)
