"""The changes that `buylink options` previews: what is chosen otherwise, and at what risk.

Each choice is offered where the stack hasn't made it already. What has no setting is in
`calculated`.
"""

from __future__ import annotations

from typing import Final

from buylink.planning.options.choices import keeping, network, tasks
from buylink.planning.options.choices.offer import Choice, Offer
from buylink.settings import Settings

_OFFERED: Final = (
    network.network,
    network.edge,
    tasks.tasks,
    tasks.hours,
    tasks.feeds,
    keeping.watching,
    keeping.storage,
    keeping.data,
)


def choices(settings: Settings) -> tuple[Choice, ...]:
    """All that a stack has not chosen yet."""
    offer = Offer(settings)
    return tuple(choice for offered in _OFFERED for choice in offered(offer))
