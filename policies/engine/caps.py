"""The caps of each stack: read from caps.yaml, overridden by `--policy-pack-config`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from buylink.graph import Value

FILE: Final = Path(__file__).parents[1] / "caps.yaml"

_STRICT: Final = ConfigDict(
    alias_generator=to_camel, extra="forbid", frozen=True, validate_by_name=True
)


@dataclass(frozen=True, slots=True)
class Strictest:
    """How to choose the strictest of several stacks' values."""

    of: Callable[[list[Value]], Value]


def _union(values: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tags in values for tag in tags))


def _nothing(_: list[Value]) -> tuple[()]:
    return ()


class Allowed(BaseModel):
    """One thing a policy lets through, and why."""

    model_config = _STRICT

    policy: str = Field(min_length=1, description="the policy's id")
    type: str = Field(min_length=1, description="the resource type, e.g. aws:eks/cluster:Cluster")
    name: str = Field(default="*", min_length=1, description="a glob over the resource's name")
    reason: str = Field(min_length=1, description="why it is worth it")

    def covers(self, policy: str, urn: str) -> bool:
        """Whether it lets a violation of `policy` about the resource `urn` through."""
        *_, kind, name = urn.split("::", 3)
        return (
            self.policy == policy
            and self.type == kind.rsplit("$", 1)[-1]
            and fnmatchcase(name, self.name)
        )


class StackCaps(BaseModel):
    """What one stack may have at most."""

    model_config = _STRICT

    max_tasks: Annotated[int, Strictest(min)] = Field(
        ge=0, description="tasks of one service: its desired count and its autoscaling maximum"
    )
    max_task_cpu: Annotated[int, Strictest(min)] = Field(
        gt=0, description="CPU units of one task; 1024 are a vCPU"
    )
    max_task_memory: Annotated[int, Strictest(min)] = Field(
        gt=0, description="memory of one task, in MiB"
    )
    min_on_demand_base: Annotated[int, Strictest(max)] = Field(
        ge=0, description="on-demand tasks kept by a service behind a load balancer"
    )
    max_log_retention_days: Annotated[int, Strictest(min)] = Field(
        gt=0, description="days a log group keeps its events"
    )
    max_nat_gateways: Annotated[int, Strictest(min)] = Field(
        ge=0, description="NAT gateways in the stack"
    )
    nat_in_different_zones: Annotated[bool, Strictest(max)] = Field(
        description="whether every NAT gateway needs an availability zone of its own"
    )
    budget_limit: Annotated[int, Strictest(min)] = Field(
        gt=0, description="USD a month: the limit of the stack's budget"
    )
    monthly_cost: Annotated[int, Strictest(min)] = Field(
        gt=0, description="USD that a typical month may cost, by the estimate"
    )
    budget_needs_email: Annotated[bool, Strictest(max)] = Field(
        description="whether an e-mail address must hear of the budget"
    )
    table_needs_recovery: Annotated[bool, Strictest(max)] = Field(
        description="whether every table needs point-in-time recovery"
    )
    table_needs_protection: Annotated[bool, Strictest(max)] = Field(
        description="whether every table needs deletion protection"
    )
    max_function_memory: Annotated[int, Strictest(min)] = Field(
        gt=0, description="memory of one function, in MiB"
    )
    max_function_timeout: Annotated[int, Strictest(min)] = Field(
        gt=0, description="seconds that one run of a function may take"
    )
    max_function_concurrency: Annotated[int, Strictest(min)] = Field(
        ge=0, description="runs at a time that a function may reserve"
    )
    min_secret_recovery_days: Annotated[int, Strictest(max)] = Field(
        ge=0, le=30, description="days in which a deleted secret can be brought back"
    )
    required_tags: Annotated[tuple[str, ...], Strictest(_union)] = Field(
        description="tags that every taggable resource carries"
    )
    allow: Annotated[tuple[Allowed, ...], Strictest(_nothing)] = Field(
        default=(), description="what a policy lets through: policy, type, name (a glob), reason"
    )

    def allows(self, policy: str, urn: str) -> bool:
        """Whether the allow list has an entry for this policy and resource."""
        return any(entry.covers(policy, urn) for entry in self.allow)


_FILE_FORMAT: Final = TypeAdapter(dict[str, StackCaps])


@cache
def load() -> Mapping[str, StackCaps]:
    """The caps of every stack in caps.yaml.

    Raises:
        ValueError: what is wrong in the file, and at which key.
    """
    return parse(FILE.read_text(encoding="utf-8"), FILE.name)


def parse(text: str, source: str) -> Mapping[str, StackCaps]:
    """The caps in a YAML text; `source` names it in errors. Raises ValueError."""
    try:
        return _FILE_FORMAT.validate_python(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ValueError(f"{source}: not YAML: {error}") from error
    except ValidationError as error:
        raise ValueError(f"{source}: {_readable(error)}") from None


def strictest(stacks: Mapping[str, StackCaps]) -> StackCaps:
    """The strictest of each cap over all stacks: for a stack that caps.yaml doesn't name."""
    chosen: dict[str, Value] = {}
    for name, field in StackCaps.model_fields.items():
        (rule,) = (mark for mark in field.metadata if isinstance(mark, Strictest))
        chosen[name] = rule.of([getattr(caps, name) for caps in stacks.values()])
    return StackCaps(**chosen)


def for_stack(stack: str, overrides: Mapping[str, Value] | None = None) -> StackCaps:
    """A stack's caps, each replaced by its namesake in `overrides` (a policy's configuration).

    Raises:
        ValueError: an override that is no such cap, or has no such value.
    """
    caps = load().get(stack) or strictest(load())
    if not overrides:
        return caps
    try:
        return StackCaps.model_validate(caps.model_dump(by_alias=True) | dict(overrides))
    except ValidationError as error:
        raise ValueError(f"policy configuration: {_readable(error)}") from None


def schema(*keys: str) -> dict[str, dict[str, Value]]:
    """The JSON schema of the named keys of caps.yaml.

    Without defaults: the engine would fill them in, and so override caps.yaml.
    """
    whole = StackCaps.model_json_schema()
    definitions: Mapping[str, Value] = whole.get("$defs", {})
    return {
        key: {
            name: part
            for name, part in _inlined(whole["properties"][key], definitions).items()
            if name not in ("default", "title")
        }
        for key in keys
    }


def _inlined(part: Value, definitions: Mapping[str, Value]) -> Value:
    """A schema with references replaced: a policy's configuration has no place for them."""
    match part:
        case {"$ref": str(reference)}:
            return _inlined(definitions[reference.rsplit("/", 1)[-1]], definitions)
        case dict():
            return {key: _inlined(item, definitions) for key, item in part.items()}
        case list():
            return [_inlined(item, definitions) for item in part]
        case _:
            return part


def _readable(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}, got {fault['input']!r}"
        for fault in error.errors()
    )
