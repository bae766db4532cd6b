"""Messages of queues, topics and buses: each 64 KB of one is billed as one."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import Final

from buylink.costs.charge import Charge, Surroundings, UsageKey
from buylink.costs.meters.by_usage import by_usage
from buylink.costs.prices.book import Meter
from buylink.costs.quantity import Range
from buylink.graph import Resource

SIZE: Final = UsageKey(
    name="request_size_kb", unit="KB", about="the size of a message: each 64 KB are one request"
)
_CHUNK_KB: Final = 64


def by_chunks(
    resource: Resource, surroundings: Surroundings, meter: Meter, key: UsageKey
) -> Charge:
    """A charge for messages; where nothing says how large they are, of at most 64 KB."""
    charge = by_usage(resource, surroundings, meter, key)
    size = surroundings.usage(resource).get(SIZE.name)
    if size is None or charge.quantity is None:
        return charge
    return replace(charge, quantity=charge.quantity * _chunks(size.amount))


def _chunks(kb: Range) -> Range:
    low, typical, high = (
        max((it / _CHUNK_KB).to_integral_value(ROUND_CEILING), Decimal(1))
        for it in (kb.low, kb.typical, kb.high)
    )
    return Range(low, typical, high)
