"""SQS queues. https://aws.amazon.com/sqs/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.charge import Charge, Metered, Surroundings, UsageKey
from buylink.costs.meters.by_usage import depending, said
from buylink.costs.meters.chunks import SIZE, by_chunks
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the requests of a month")
STANDARD: Final = Meter("SQS", "SQS standard request")
FIFO: Final = Meter("SQS", "SQS FIFO request")


def _queue(queue: Resource, surroundings: Surroundings) -> Iterator[Charge]:
    fifo = said(queue, "fifoQueue")
    if fifo is UNKNOWN:
        yield depending(surroundings, FIFO, "fifoQueue, which isn't known yet", "usage")
    else:
        yield by_chunks(queue, surroundings, FIFO if fifo is True else STANDARD, REQUESTS)


METERED: Final = (
    Metered(
        type="aws:sqs/queue:Queue",
        terraform="aws_sqs_queue",
        measure=_queue,
        usage_keys=(REQUESTS, SIZE),
    ),
)
