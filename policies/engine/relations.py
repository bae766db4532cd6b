"""What the rules ask of a graph: what was stated, and what refers to what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from buylink.graph import UNKNOWN, Graph, Resource, Value

_IDENTITIES: Final = ("arn", "id", "name", "bucket")


def stated(resource: Resource, name: str) -> Value:
    """A property as the program states it; None where it says nothing.

    In a preview's outputs a property that the provider fills in is unknown, wasn't so among the
    inputs, and comes from no other resource: nobody stated it.
    """
    value = resource.get(name)
    if value is UNKNOWN and name not in resource.inputs and not resource.dependencies.get(name):
        return None
    return value


def nested(value: Value, *path: str) -> Value:
    """A value inside mappings: UNKNOWN where a part of the way is unknown, None where absent."""
    for key in path:
        if not isinstance(value, Mapping):
            return UNKNOWN if value is UNKNOWN else None
        value = value.get(key)
    return value


def items(value: Value) -> list[Value]:
    """The items of a list property: none where it is absent or unknown."""
    return list(value) if isinstance(value, list | tuple) else []


def parsed(text: Value) -> Mapping[str, Value] | None:
    """The object that a JSON text holds; None when it holds none."""
    try:
        document = json.loads(text)
    except (TypeError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def containers(definition: Resource) -> list[Mapping[str, Value]] | None:
    """Its containers, with keys as in `lowered`; None where they aren't a list of containers.

    Containers that aren't known yet are none: whoever needs them asks for that first.
    """
    text = definition.get("containerDefinitions")
    if not isinstance(text, str):
        return []
    try:
        definitions = json.loads(text)
    except json.JSONDecodeError:
        return None
    if not isinstance(definitions, list):
        return None
    if not all(isinstance(container, Mapping) for container in definitions):
        return None
    return [lowered(container) for container in definitions]


def lowered(value: Mapping[str, Value]) -> dict[str, Value]:
    """A mapping with its keys in lower case: to AWS `Environment` is `environment`."""
    return {str(key).lower(): item for key, item in value.items()}


def linked(graph: Graph, resource: Resource, name: str, *types: str) -> tuple[Resource, ...]:
    """The resources of the given types that a property refers to.

    Read from the property's dependencies, else, where the reference was written out, from the
    ARN, id or name that it holds.
    """
    by_dependency = graph.referenced(resource, name, *types)
    if by_dependency:
        return by_dependency
    held = set(_strings(resource.get(name)))
    return tuple(other for other in graph.of_type(*types) if held.intersection(_identities(other)))


def linking(graph: Graph, resource: Resource, name: str, *types: str) -> tuple[Resource, ...]:
    """The resources of the given types whose property refers to `resource`."""
    return tuple(
        other
        for other in graph.of_type(*types)
        if resource in linked(graph, other, name, resource.type)
    )


def ancestors(graph: Graph, resource: Resource) -> Iterator[Resource]:
    """The parent, its parent, and so on."""
    parent = graph.by_urn.get(resource.parent or "")
    while parent:
        yield parent
        parent = graph.by_urn.get(parent.parent or "")


def _identities(resource: Resource) -> Iterator[str]:
    for key in _IDENTITIES:
        value = resource.get(key)
        if isinstance(value, str) and value:
            yield value


def _strings(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _strings(item)
        case list() | tuple():
            for item in value:
                yield from _strings(item)
        case _:
            return
