"""SQS queues. https://aws.amazon.com/sqs/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.meters.charge import (
    MESSAGE_KB,
    Charge,
    MeterContext,
    MeterSpec,
    UsageKey,
    by_chunks,
    depending,
    get_stated,
)
from buylink.costs.prices.book import Meter
from buylink.graph import UNKNOWN, Resource

REQUESTS: Final = UsageKey(name="monthly_requests", unit="request", about="the requests of a month")
STANDARD: Final = Meter("SQS", "SQS standard request")
FIFO: Final = Meter("SQS", "SQS FIFO request")


def _queue(queue: Resource, context: MeterContext) -> Iterator[Charge]:
    fifo = get_stated(queue, "fifoQueue")
    if fifo is UNKNOWN:
        yield depending(context, FIFO, "fifoQueue, which isn't known yet", "usage")
    else:
        yield by_chunks(queue, context, FIFO if fifo is True else STANDARD, REQUESTS)


METERS: Final = (
    MeterSpec(
        type="aws:sqs/queue:Queue",
        terraform="aws_sqs_queue",
        measure=_queue,
        usage_keys=(REQUESTS, MESSAGE_KB),
    ),
)
