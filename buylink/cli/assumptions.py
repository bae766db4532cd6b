"""What a bill takes for granted, as the command line states it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from buylink.costs.bill import Assumptions


def assumptions(
    load: str | None, usage: Path | None, region: str | None, *, free_tier: bool = False
) -> tuple[Assumptions, list[Exception]]:
    """What is stated, and all that is wrong with it, known before any program is started."""
    from buylink.costs.bill import Assumptions
    from buylink.costs.prices.book import PriceError, packaged
    from buylink.costs.usage.files import read_usage_file
    from buylink.costs.usage.load import LoadOverride, UsageError

    problems: list[Exception] = []
    file = override = None
    try:
        file = None if usage is None else read_usage_file(usage)
    except UsageError as error:
        problems.append(error)
    try:
        override = None if load is None else LoadOverride.parse(load)
    except UsageError as error:
        problems.append(error)
    try:
        if region is not None:
            packaged().in_region(region)
    except PriceError as error:
        problems.append(error)
    return Assumptions(region=region, free_tier=free_tier, load=override, usage=file), problems
