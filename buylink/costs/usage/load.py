"""What the business expects of a stack: it travels in the graph, with its root component."""

from __future__ import annotations

from dataclasses import dataclass

from buylink.graph import Graph


@dataclass(frozen=True, slots=True)
class Load:
    """Active users a month, and videos taken a day."""

    users: int
    videos_per_day: int

    def __str__(self) -> str:
        return f"{self.users:,} users, {self.videos_per_day:,} videos a day"


def load_of(graph: Graph) -> Load | None:
    """The `load` that a component has as input or registered output; None where none has."""
    for resource in graph:
        load = None if resource.custom else resource.get("load")
        if isinstance(load, dict) and {"users", "videosPerDay"} <= set(load):
            return Load(int(load["users"]), int(load["videosPerDay"]))
    return None
