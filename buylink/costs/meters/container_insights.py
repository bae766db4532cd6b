"""Container Insights, a setting of ECS clusters. https://aws.amazon.com/cloudwatch/pricing/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from buylink.costs.charge import Free, Metered, Surroundings, Unpriced
from buylink.graph import Resource


def _cluster(cluster: Resource, _: Surroundings) -> Iterator[Free | Unpriced]:
    """How many metric series AWS bills for a cluster, its services, tasks and containers is not in
    the price list: it is said, not guessed."""
    settings = cluster.get("settings")
    given = {
        it.get("name"): it.get("value")
        for it in (settings if isinstance(settings, Sequence) else ())
        if isinstance(it, dict)
    }
    value = given.get("containerInsights", "disabled")
    if value == "disabled":
        yield Free(reason="a cluster is free: its tasks are charged")
    else:
        yield Unpriced(reason=f"Container Insights is {value}: its metric series are not counted")


METERED: Final = (
    Metered(type="aws:ecs/cluster:Cluster", terraform="aws_ecs_cluster", measure=_cluster),
)
