"""Options that no setting makes, or that the estimate has no figure for: sums by the price book.

They start from the bill's own quantities. None of them was planned or seen by the policy pack.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from buylink.costs.bill import Assumptions, bill
from buylink.costs.prices.book import EDGES
from buylink.planning.options.calculated import compute, data
from buylink.planning.options.calculated.sums import Bill, option
from buylink.planning.options.result import Option


def calculated(found: Bill) -> tuple[Option, ...]:
    """All of them, priced where the book has what it takes."""
    return tuple(it for part in _PARTS for it in part(found))


def _regions(found: Bill) -> Iterator[Option]:
    for region in sorted(set(EDGES) - {found.estimate.region}):
        assumed = Assumptions(region=region)
        yield option(
            found,
            f"region-{region}",
            f"In {region}",
            ("medium", "high"),
            "another latency, another law for the data, and everything is made and moved anew",
            lambda there=assumed: bill(found.graph, there).total,
        )


_PARTS: Final = (
    compute.savings_plans,
    compute.serverless,
    data.provisioned,
    data.gateway_endpoints,
    data.sampling,
    data.compression,
    _regions,
)
