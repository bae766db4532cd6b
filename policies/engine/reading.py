"""From what the SDK hands a policy to the one resource graph.

The SDK raises on touching an unknown value, and then reports the policy as advisory. Here each
value is read on its own, so an unknown stays where it is, as UNKNOWN, and hides nothing else.
It also takes off secret wrappers before a policy runs: a pack can't tell a secret from a
plain value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from buylink.graph import (
    PROVIDER_PREFIX,
    UNKNOWN,
    Asset,
    Graph,
    Resource,
    Value,
    project_of,
    stack_of,
)


def resource_of(args: ResourceValidationArgs) -> Resource:
    """The resource a resource policy is asked about, with its inputs.

    Under `pulumi policy analyze` they are the outputs in the state.
    """
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        parent=args.opts.parent,
        custom=_is_custom(args),
        inputs=_plain(args.props),
        provider=args.provider.urn if args.provider else None,
    )


class StackReader:
    """The stack that stack policies are asked about, read once for all that are asked in turn.

    It remembers which inputs weren't known when each resource was analyzed, the last time it was:
    in a preview's stack an input that isn't known looks like an output that the provider fills in.
    A resource that never was analyzed has none: then it is taken for one of those.
    """

    def __init__(self) -> None:
        self._unknown: dict[str, frozenset[str]] = {}
        self._graph: Graph | None = None
        self._asked: set[str] = set()

    def note(self, args: ResourceValidationArgs) -> None:
        """Takes down what a resource policy is asked about; the stack isn't what it was."""
        hidden = frozenset(str(key) for key in args.props if _hides(args.props, key))
        self._unknown[args.urn] = hidden
        self._graph = None

    def graph(self, policy: str, args: StackValidationArgs) -> Graph:
        """Its outputs, and which inputs weren't known.

        The SDK makes all resources anew for each policy. That it is the same stack is known as
        every policy is asked once about each, and after the resources that changed.
        """
        if self._graph is None or policy in self._asked:
            self._graph = self._read(args)
            self._asked.clear()
        self._asked.add(policy)
        return self._graph

    def _read(self, args: StackValidationArgs) -> Graph:
        resources = tuple(
            _stack_resource(resource, dict.fromkeys(self._unknown.get(resource.urn, ()), UNKNOWN))
            for resource in args.resources
        )
        first = resources[0].urn if resources else "urn:pulumi:::::::"
        return Graph(project=project_of(first), stack=stack_of(first), resources=resources)


def _stack_resource(resource: PolicyResource, inputs: Mapping[str, Value]) -> Resource:
    return Resource(
        urn=resource.urn,
        type=resource.resource_type,
        name=resource.name,
        parent=resource.parent.urn if resource.parent else None,
        custom=_is_custom(resource),
        inputs=inputs,
        outputs=_plain(resource.props),
        dependencies={
            name: tuple(other.urn for other in others)
            for name, others in resource.property_dependencies.items()
        },
        provider=resource.provider.urn if resource.provider else None,
    )


def _is_custom(resource: ResourceValidationArgs | PolicyResource) -> bool:
    return resource.provider is not None or resource.resource_type.startswith(PROVIDER_PREFIX)


def _plain(value: Value) -> Value:
    match value:
        case Mapping():
            return {str(key): _item(value, key) for key in value}
        case Sequence() if not isinstance(value, str):
            return [_item(value, index) for index in range(len(value))]
        case float() if value.is_integer():
            return int(value)  # protobuf knows no integers
        case pulumi.Asset() | pulumi.Archive():
            kind = "asset" if isinstance(value, pulumi.Asset) else "archive"
            return Asset(kind, _source(value))
        case _:
            return value


def _hides(container: Mapping[str, Value], key: str) -> bool:
    try:
        container[key]
    except UnknownValueError:
        return True
    return False


def _item(container: Value, key: Value) -> Value:
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def _source(value: Value) -> str:
    return str(getattr(value, "path", None) or getattr(value, "uri", None) or "inline")
