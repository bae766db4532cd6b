"""Which CPU and memory sizes Fargate takes: plain data and arithmetic."""

from __future__ import annotations

import re
from decimal import Decimal

GB = 1024
"""MiB in what AWS calls a GB of task memory."""

MEMORY_BY_CPU: dict[int, tuple[int, ...]] = {
    256: (512, GB, 2 * GB),
    512: tuple(range(1 * GB, 4 * GB + 1, GB)),
    1024: tuple(range(2 * GB, 8 * GB + 1, GB)),
    2048: tuple(range(4 * GB, 16 * GB + 1, GB)),
    4096: tuple(range(8 * GB, 30 * GB + 1, GB)),
    8192: tuple(range(16 * GB, 60 * GB + 1, 4 * GB)),
    16384: tuple(range(32 * GB, 120 * GB + 1, 8 * GB)),
}
"""Memory sizes in MiB that go with each CPU size in CPU units (1,024 are one vCPU).
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html"""


_WRITTEN_SIZE = re.compile(r"\s*(\d+|\d*\.\d+)\s*(vcpu|gb)?\s*", re.IGNORECASE)


def parse_size(written: object) -> Decimal | None:
    """CPU units or MiB of `256`, `"256"`, `".25 vCPU"` or `"0.5 GB"`; None when it is no size."""
    match = _WRITTEN_SIZE.fullmatch(str(written))
    return Decimal(match[1]) * (1024 if match[2] else 1) if match else None


def size_problem(cpu: int, memory: int) -> str | None:
    """Why Fargate would refuse a task of `cpu` units and `memory` MiB; None when it takes it."""
    if cpu not in MEMORY_BY_CPU:
        sizes = ", ".join(f"{size:,}" for size in MEMORY_BY_CPU)
        return f"expected a cpu of {sizes} CPU units, got {cpu:,}: Fargate has no other sizes"
    valid = MEMORY_BY_CPU[cpu]
    if memory not in valid:
        return (
            f"expected a memory that goes with {cpu:,} CPU units ({cpu / 1024:g} vCPU), got "
            f"{memory:,} MiB: Fargate takes {_listed(valid)} MiB there"
        )
    return None


MOST_LISTED = 4
"""Memory sizes that an error lists one by one; more are a range."""


def _listed(sizes: tuple[int, ...]) -> str:
    if len(sizes) <= MOST_LISTED:
        return ", ".join(f"{size:,}" for size in sizes)
    return f"{sizes[0]:,} to {sizes[-1]:,} in steps of {sizes[1] - sizes[0]:,}"
