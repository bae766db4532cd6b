"""The resource graph: what a program declares, as plain data, wherever it was read from."""

from buylink.graph.resources import (
    PROVIDER_PREFIX,
    STACK_TYPE,
    UNKNOWN,
    Asset,
    Graph,
    Resource,
    Secret,
    Unknown,
    Value,
    contains_unknown,
    project_of,
    revealed,
    stack_of,
    to_json,
)

__all__ = [
    "PROVIDER_PREFIX",
    "STACK_TYPE",
    "UNKNOWN",
    "Asset",
    "Graph",
    "Resource",
    "Secret",
    "Unknown",
    "Value",
    "contains_unknown",
    "project_of",
    "revealed",
    "stack_of",
    "to_json",
]
