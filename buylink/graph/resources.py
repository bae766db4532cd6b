"""The resource graph as plain data.

Property names are Pulumi's (camelCase). A value that is only known after deployment is
`UNKNOWN`, never None or ""; a secret is wrapped in `Secret`. Relations are read from
property dependencies, which are known even where the values are not.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

Value = Any
"""A property's value, as the program gave it: JSON, UNKNOWN, a Secret, an Asset, and lists and
mappings of them. Whoever reads one looks at what it is."""

_Key = TypeVar("_Key")

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_PREFIX: Final = "pulumi:providers:"
AWS_PROVIDER: Final = f"{PROVIDER_PREFIX}aws"


class Unknown(enum.Enum):
    """The type of the marker for a value known only after deployment."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown. Its repr hides it."""

    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or archive given to a resource; only where it comes from is kept."""

    kind: str
    """`asset` or `archive`."""
    source: str
    """A path, a URI, or a digest of the inline content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One registered resource.

    `dependencies` maps each input to the URNs its value comes from. `provider` is the URN of the
    provider resource, or None for components. `options` holds the resource options that were
    set: protect, ignoreChanges, additionalSecretOutputs, dependsOn, ...
    """

    urn: str
    type: str
    name: str
    parent: str | None = None
    custom: bool = True
    inputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    outputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    provider: str | None = None
    options: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(PROVIDER_PREFIX)

    def get(self, name: str) -> Value:
        """The state of a property: what came out, else what was put in, else None.

        A state file may hold only outputs and a preview's outputs may be unknown where the
        input is not: the known one of the two wins.
        """
        output = self.outputs.get(name)
        if output is None or output is UNKNOWN:
            declared = self.inputs.get(name)
            return output if declared is None else declared
        return output


@dataclass(frozen=True)
class Graph:
    """The resources of one stack, in the order they were registered."""

    project: str
    stack: str
    resources: tuple[Resource, ...]

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        return _grouped((resource.type, resource) for resource in self.resources)

    @cached_property
    def _by_dependency(self) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
        return _grouped(
            ((urn, name), resource)
            for resource in self.resources
            for name, urns in resource.dependencies.items()
            for urn in urns
        )

    @cached_property
    def _children(self) -> Mapping[str, tuple[Resource, ...]]:
        return _grouped(
            (resource.parent, resource) for resource in self.resources if resource.parent
        )

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """All resources of the given types, type by type."""
        return tuple(resource for kind in types for resource in self._by_type.get(kind, ()))

    def children(self, urn: str) -> tuple[Resource, ...]:
        return self._children.get(urn, ())

    @cached_property
    def region(self) -> str | None:
        """Where the default AWS provider deploys, else the first one or resource that says where.

        A provider says nothing where its region comes from the environment.
        """
        providers = sorted(
            self.of_type(AWS_PROVIDER),
            key=lambda provider: not provider.name.startswith("default"),
        )
        stated = (_region_stated_by(resource) for resource in (*providers, *self))
        return next((region for region in stated if region), None)

    def region_of(self, resource: Resource) -> str | None:
        """A resource's own `region`, known since version 7 of the provider, or its provider's."""
        provider = self.by_urn.get(resource.provider or "")
        return _region_stated_by(resource) or (_region_stated_by(provider) if provider else None)

    def referenced(self, resource: Resource, name: str, *types: str) -> tuple[Resource, ...]:
        """The resources that the input `name` refers to, of the given types (all when none)."""
        others = (self.by_urn.get(urn) for urn in resource.dependencies.get(name, ()))
        return tuple(other for other in others if other and (not types or other.type in types))

    def referring(self, resource: Resource, name: str, *types: str) -> tuple[Resource, ...]:
        """The resources whose input `name` refers to `resource`."""
        others = self._by_dependency.get((resource.urn, name), ())
        return tuple(other for other in others if not types or other.type in types)


def _region_stated_by(resource: Resource) -> str | None:
    region = resource.get("region")
    return region if isinstance(region, str) and region else None


def _grouped(pairs: Iterable[tuple[_Key, Resource]]) -> dict[_Key, tuple[Resource, ...]]:
    groups: dict[_Key, list[Resource]] = {}
    for key, resource in pairs:
        groups.setdefault(key, []).append(resource)
    return {key: tuple(members) for key, members in groups.items()}


def stack_of(urn: str) -> str:
    """The stack's name in a URN: `urn:pulumi:<stack>::<project>::<type>::<name>`."""
    return urn.split("::", 1)[0].removeprefix("urn:pulumi:")


def project_of(urn: str) -> str:
    """The project's name in a URN."""
    return urn.split("::", 2)[1]


def contains_unknown(value: Value) -> bool:
    """Whether a value, or anything inside it, is only known after deployment."""
    match value:
        case Unknown():
            return True
        case Secret():
            return contains_unknown(value.value)
        case Mapping():
            return any(contains_unknown(item) for item in value.values())
        case list() | tuple():
            return any(contains_unknown(item) for item in value)
        case _:
            return False


def revealed(value: Value) -> Value:
    """A value with its secret wrappers taken off: for rules that judge it, never for output."""
    match value:
        case Secret():
            return revealed(value.value)
        case Mapping():
            return {key: revealed(item) for key, item in value.items()}
        case list() | tuple():
            return [revealed(item) for item in value]
        case _:
            return value


def to_json(value: Value) -> Value:
    """A property as JSON: `{"$unknown": true}` for the unknown, and never a secret's value."""
    match value:
        case Unknown():
            return {"$unknown": True}
        case Secret():
            return {"$secret": {"$unknown": True}}
        case Asset():
            return {f"${value.kind}": value.source}
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case list() | tuple():
            return [to_json(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
