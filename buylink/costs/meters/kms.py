"""KMS keys. https://aws.amazon.com/kms/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_month, by_usage
from buylink.costs.prices.book import Meter
from buylink.graph import Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the calls of a month")
KEY: Final = Meter("KMS", "KMS customer managed key")
KEY_CALL: Final = Meter("KMS", "KMS symmetric request")


def _key(key: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    yield by_month(surroundings, KEY)
    yield by_usage(key, surroundings, KEY_CALL, REQUESTS)


METERED: Final = (
    Metered(
        type="aws:kms/key:Key",
        terraform="aws_kms_key",
        measure=_key,
        usage_keys=(REQUESTS,),
    ),
)
