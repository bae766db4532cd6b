"""Container Insights of the stack's clusters: billed by the metric, hence off while braked."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.budget_guard.levers.lever import Value
from app.budget_guard.levers.services import STACK_TAG
from app.budget_guard.mode import Mode

SETTING = "containerInsights"
MOST_DESCRIBED = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html"""


class Insights:
    """A cluster's `containerInsights`: disabled, enabled or enhanced."""

    kind = "insights"

    def __init__(self, ecs: Any, clusters: Sequence[str], stack: str) -> None:
        self._ecs = ecs
        self._clusters = clusters
        self._stack = stack

    def read(self) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for start in range(0, len(self._clusters), MOST_DESCRIBED):
            asked = list(self._clusters[start : start + MOST_DESCRIBED])
            answer = self._ecs.describe_clusters(clusters=asked, include=["SETTINGS", "TAGS"])
            for cluster in answer["clusters"]:
                tags = {tag["key"]: tag["value"] for tag in cluster.get("tags", ())}
                settings = {it["name"]: it["value"] for it in cluster.get("settings", ())}
                if tags.get(STACK_TAG) == self._stack and SETTING in settings:
                    found[cluster["clusterName"]] = {SETTING: settings[SETTING]}
        return found

    def held(self, name: str, original: Value, mode: Mode) -> Value:
        del name
        return original if mode is Mode.NORMAL else {SETTING: "disabled"}

    def move(self, name: str, value: Value) -> None:
        self._ecs.update_cluster(
            cluster=name, settings=[{"name": SETTING, "value": value[SETTING]}]
        )
