"""The resource graph of what a program registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from pulumi.runtime.proto import resource_pb2

from buylink.graph import STACK_TYPE, Graph, Resource
from buylink.preview.monitor import Registration
from buylink.preview.wire import decode_struct

OPTIONS = (
    "protect",
    "ignoreChanges",
    "additionalSecretOutputs",
    "deleteBeforeReplace",
    "replaceOnChanges",
    "retainOnDelete",
    "deletedWith",
    "importId",
    "customTimeouts",
    "version",
)


def planned_graph(project: str, stack: str, registrations: Iterable[Registration]) -> Graph:
    """Registrations as the one graph type, in their order."""
    return Graph(project, stack, tuple(_resource(registration) for registration in registrations))


def in_tree_order(registrations: Iterable[Registration]) -> tuple[Registration, ...]:
    """Parents before children, siblings by URN, the stack first.

    An asynchronous program registers in another order in each run; this one is always the same.
    """
    children: dict[str, list[Registration]] = {}
    for registration in registrations:
        children.setdefault(registration.request.parent, []).append(registration)

    def visit(parent: str) -> Iterator[Registration]:
        siblings = children.get(parent, [])
        for each in sorted(siblings, key=lambda it: (it.request.type != STACK_TYPE, it.urn)):
            yield each
            yield from visit(each.urn)

    return tuple(visit(""))


def _resource(registration: Registration) -> Resource:
    request = registration.request
    return Resource(
        urn=registration.urn,
        type=request.type,
        name=request.name,
        parent=request.parent or None,
        custom=request.custom,
        inputs=decode_struct(request.object),
        outputs=decode_struct(registration.outputs),
        dependencies={
            name: tuple(sorted(dependencies.urns))
            for name, dependencies in sorted(request.propertyDependencies.items())
            if dependencies.urns
        },
        provider=registration.provider,
        options=_options(request),
    )


def _options(request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
    given = {field.json_name: value for field, value in request.ListFields()}
    options = {name: _plain(given[name]) for name in OPTIONS if given.get(name)}
    if request.dependencies:
        options["dependencies"] = sorted(request.dependencies)
    return options


def _plain(value: Any) -> Any:
    if isinstance(value, Message):
        return json_format.MessageToDict(value)
    return value if isinstance(value, str | bool) else list(value)
