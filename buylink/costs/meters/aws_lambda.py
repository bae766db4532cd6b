"""Lambda functions. https://aws.amazon.com/lambda/pricing/"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from buylink.costs.meters.charge import (
    Charge,
    MeterContext,
    MeterSpec,
    Stated,
    UsageKey,
    by_usage,
    depending,
    get_nested,
    get_stated,
    known,
)
from buylink.costs.meters.eventbridge import SCHEDULE, runs_of
from buylink.costs.prices.book import Meter
from buylink.costs.prices.quantity import Range, total
from buylink.graph import UNKNOWN, Resource

REQUESTS: Final = UsageKey(
    name="monthly_requests", unit="request", about="the invocations of a month"
)
DURATION: Final = UsageKey(
    name="request_duration_ms", unit="ms", about="how long an invocation takes"
)
EXPLORER_REQUESTS: Final = UsageKey(
    name="monthly_cost_explorer_requests", unit="request", about="its calls to Cost Explorer"
)
REQUEST: Final = Meter("Lambda", "Lambda request")
X86: Final = Meter("Lambda", "Lambda duration x86")
ARM: Final = Meter("Lambda", "Lambda duration ARM64")
DISK: Final = Meter("Lambda", "Lambda ephemeral storage above 512 MB")
EXPLORER: Final = Meter("Cost Explorer", "Cost Explorer API request")
_DEFAULT_MEMORY: Final = 128
_MB_PER_GB: Final = 1024
_MS_PER_SECOND: Final = 1000


def _function(function: Resource, context: MeterContext) -> Iterator[Charge]:
    stated = _requests(function, context)
    duration = context.usage(function).get(DURATION.name)
    price = context.price(REQUEST)
    architectures = get_stated(function, "architectures")
    seconds = context.price(ARM if architectures == ["arm64"] else X86)
    if stated is None:
        note = f"depends on {REQUESTS.about}"
        yield Charge(price=price, quantity=None, kind="usage", note=note)
        yield Charge(price=seconds, quantity=None, kind="usage", note=note)
    else:
        yield Charge(price=price, quantity=stated.amount, kind="usage", note=stated.why)
        memory = known(get_stated(function, "memorySize") or _DEFAULT_MEMORY)
        if duration is None or memory is None:
            note = f"depends on {DURATION.about}" if duration is None else "depends on memorySize"
            yield Charge(price=seconds, quantity=None, kind="usage", note=note)
        else:
            size = Decimal(str(memory)) / _MB_PER_GB
            used = stated.amount * duration.amount * size / _MS_PER_SECOND
            note = "; ".join(dict.fromkeys(filter(None, (stated.why, duration.why))))
            yield Charge(price=seconds, quantity=used, kind="usage", note=note)
    yield from _disk(function, stated, duration, context)
    if context.usage(function).get(EXPLORER_REQUESTS.name):
        yield by_usage(function, context, EXPLORER, EXPLORER_REQUESTS)


def _disk(
    function: Resource, stated: Stated | None, duration: Stated | None, context: MeterContext
) -> Iterator[Charge]:
    """Above what is free with a function, while it runs."""
    size = get_nested(function, "ephemeralStorage", "size")
    if size is UNKNOWN or (size and (stated is None or duration is None)):
        yield depending(context, DISK, "its disk, and how long it runs", "usage")
    elif size and stated and duration and (above := int(str(size)) - _free_disk_mb(context)) > 0:
        used = stated.amount * duration.amount * Decimal(above) / _MB_PER_GB / _MS_PER_SECOND
        yield Charge(price=context.price(DISK), quantity=used, kind="usage", note=stated.why)


def _free_disk_mb(context: MeterContext) -> int:
    return int(context.prices.free("Lambda", "Ephemeral storage per function"))


def _requests(function: Resource, context: MeterContext) -> Stated | None:
    """What is stated, else what the schedules that target it start."""
    if stated := context.usage(function).get(REQUESTS.name):
        return stated
    schedules = context.graph.referring(function, "target", SCHEDULE)
    runs = [run for run in map(runs_of, schedules) if run is not None]
    if not schedules or len(runs) < len(schedules):
        return None
    return Stated(total(Range.exactly(run) for run in runs), "by its schedules")


METERS: Final = (
    MeterSpec(
        type="aws:lambda/function:Function",
        terraform="aws_lambda_function",
        measure=_function,
        usage_keys=(REQUESTS, DURATION, EXPLORER_REQUESTS),
    ),
)
