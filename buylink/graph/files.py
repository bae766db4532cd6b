"""Resource graphs from Pulumi's own files: of `pulumi preview --json` and `pulumi stack export`.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/deployments.json
https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

from buylink.errors import InputError
from buylink.graph.resources import PROVIDER_PREFIX, Graph, Resource, Value, project_of, stack_of
from buylink.graph.values import properties

DEPLOYMENT_VERSIONS: Final = (3, 4)
"""Of the deployment format: those that Pulumi 3 writes."""

OWN_VERSION: Final = 1
REGION_KEY: Final = "aws:region"
_SAME: Final = "same"
_REFUSED: Final = "error: preview failed"
"""All that Pulumi says here of a policy's refusal: the plan is whole, and so is its bill."""
_MADE_UP: Final = "__defaults"
_GONE: Final = frozenset({"delete", "delete-replaced", "discard", "discard-replaced"})
_MOST_TOLD: Final = 5
_SEPARATORS: Final = 3
"""In a URN, at least."""
_KINDS: Final[Mapping[type, str]] = {
    dict: "an object", list: "a list", str: "text", type(None): "null", bool: "true or false",
}  # fmt: skip
_Value = TypeVar("_Value")


class GraphFileError(InputError[str]):
    """A file that holds no resource graph. The message names it, and says what to do."""


class NoPlanError(GraphFileError):
    """A file of a preview that failed: of its resources, some may be missing."""


@dataclass
class _Reading:
    """A file while it is read; what is wrong with it is kept until all of it was seen."""

    name: str
    problems: list[str] = field(default_factory=list[str])

    def resources(self, states: Iterable[Value], where: str) -> tuple[Resource, ...]:
        read = [self._resource(state, f"{where}[{index}]") for index, state in enumerate(states)]
        # A resource that is being replaced is there twice: the later one is what will be.
        return tuple({resource.urn: resource for resource in read if resource is not None}.values())

    def _resource(self, state: Value, where: str) -> Resource | None:
        if not isinstance(state, Mapping):
            self.problems.append(f"{where}: expected a resource, got {_kind(state)}")
            return None
        urn, kind = state.get("urn"), state.get("type")
        if not isinstance(urn, str) or urn.count("::") < _SEPARATORS or not isinstance(kind, str):
            self.problems.append(f"{where}: expected a urn and a type, got {urn!r} and {kind!r}")
            return None
        try:
            return _resource(state, urn, kind)
        except RecursionError:
            message = "expected properties, got some nested too deep"
        except (TypeError, ValueError) as error:
            message = str(error)
        self.problems.append(f"{where} ({urn.rsplit('::', 1)[-1]}): {message}")
        return None

    def error(self, *problems: str, kind: type[GraphFileError] = GraphFileError) -> GraphFileError:
        lines = [f"{self.name}: {problem}" for problem in (*problems, *self.problems)]
        more = len(lines) - _MOST_TOLD
        return kind("\n".join([*lines[:_MOST_TOLD], f"and {more} more"] if more > 0 else lines))


def read_graph(path: Path, source: str | None = None) -> Graph:
    """The graph in a file, by its content. Raises GraphFileError, NoPlanError where it failed.

    `source` is what errors call it, where that isn't its path.
    """
    reading = _Reading(source or str(path))
    content = _load(path, reading)
    deployment = content.get("deployment")
    if isinstance(content.get("steps"), list):
        resources = _of_preview(content, reading)
    elif isinstance(deployment, Mapping) or ("deployment" in content and deployment is None):
        resources = _of_deployment(content.get("version"), deployment or {}, reading)
    elif isinstance(content.get("stacks"), list):
        resources = _of_own_preview(content, reading)
    else:
        raise reading.error(
            "expected the output of `pulumi preview --json` or `pulumi stack export`, got"
            f" {_what(content)}"
        )
    if reading.problems:
        raise reading.error()
    if not resources:
        raise reading.error("expected resources, got none: was the stack deployed?")
    first = resources[0].urn
    return Graph(project=project_of(first), stack=stack_of(first), resources=resources)


def _load(path: Path, reading: _Reading) -> Mapping[str, Value]:
    try:
        content = json.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise reading.error(f"expected a file to read, got: {error.strerror}") from None
    except UnicodeDecodeError:
        raise reading.error("expected JSON in UTF-8, got other bytes") from None
    except json.JSONDecodeError as error:
        raise reading.error(
            f"expected JSON, got: {error.msg} in line {error.lineno}; is the file complete?"
        ) from None
    except RecursionError:
        raise reading.error("expected a resource graph, got JSON nested too deep") from None
    except ValueError as error:  # more digits than Python reads
        raise reading.error(f"expected JSON, got: {str(error).partition(':')[0]}") from None
    if not isinstance(content, Mapping):
        raise reading.error(f"expected an object, got {_kind(content)}")
    return content


def _of_preview(content: Mapping[str, Value], reading: _Reading) -> tuple[Resource, ...]:
    """What will be there after the steps. Default providers aren't among them; the region is."""
    steps = [step for step in content["steps"] if isinstance(step, Mapping)]
    _check_completeness(content, steps, reading)
    states = [step.get("newState") for step in steps if step.get("op") not in _GONE]
    resources = reading.resources([state for state in states if state is not None], "steps")
    config = content.get("config")
    region = config.get(REGION_KEY) if isinstance(config, Mapping) else None
    if region is None or not resources:
        return resources
    kind, stack = f"{PROVIDER_PREFIX}aws", resources[0].urn
    urn = f"urn:pulumi:{stack_of(stack)}::{project_of(stack)}::{kind}::default"
    return (*resources, Resource(urn=urn, type=kind, name="default", inputs={"region": region}))


def _check_completeness(
    content: Mapping[str, Value], steps: list[Mapping[str, Value]], reading: _Reading
) -> None:
    """Pulumi leaves out what stays the same unless asked, and what comes after an error."""
    diagnostics = content.get("diagnostics")
    for diagnostic in diagnostics if isinstance(diagnostics, list) else ():
        if isinstance(diagnostic, Mapping) and diagnostic.get("severity") == "error":
            message = str(diagnostic.get("message", "")).strip() or "an error"
            if message != _REFUSED:
                raise reading.error(f"expected a plan, got none: {message}", kind=NoPlanError)
    summary = content.get("changeSummary")
    same = summary.get(_SAME, 0) if isinstance(summary, Mapping) else 0
    shown = sum(step.get("op") == _SAME for step in steps)
    if isinstance(same, int) and shown < same:
        raise reading.error(
            f"expected all resources, got {shown} of {same} that stay the same:"
            " use `pulumi preview --json --show-sames`"
        )


def _of_deployment(
    version: Value, deployment: Mapping[str, Value], reading: _Reading
) -> tuple[Resource, ...]:
    """What is there; what waits to be deleted is left out."""
    if version not in DEPLOYMENT_VERSIONS:
        expected = " or ".join(map(str, DEPLOYMENT_VERSIONS))
        raise reading.error(
            f"version: expected {expected}, got {version!r}: export the stack with Pulumi 3"
        )
    states = deployment.get("resources")
    if not isinstance(states, list):
        return ()
    kept = [state for state in states if not (isinstance(state, Mapping) and state.get("delete"))]
    return reading.resources(kept, "deployment.resources")


def _of_own_preview(content: Mapping[str, Value], reading: _Reading) -> tuple[Resource, ...]:
    """`buylink preview --format json` of one stack."""
    stacks = [stack for stack in content["stacks"] if isinstance(stack, Mapping)]
    if content.get("version") != OWN_VERSION:
        raise reading.error(f"version: expected {OWN_VERSION}, got {content.get('version')!r}")
    if len(stacks) != 1:
        raise reading.error(f"expected one stack, got {len(stacks)}: preview one of them alone")
    if error := stacks[0].get("error"):
        raise reading.error(f"expected a plan, got none: {error}", kind=NoPlanError)
    states = stacks[0].get("resources") or []
    if not isinstance(states, list):
        raise reading.error(f"stacks[0].resources: expected a list, got {_kind(states)}")
    return reading.resources(states, "stacks[0].resources")


def _resource(state: Mapping[str, Value], urn: str, kind: str) -> Resource:
    provider = _typed(state, "provider", str)
    inputs = properties(_typed(state, "inputs", dict))
    dependencies = _dependencies(state)
    return Resource(
        urn=urn,
        type=kind,
        name=urn.split("::", 3)[3],
        parent=_typed(state, "parent", str) or None,
        # Our own preview doesn't say it: there, what has a provider is no component.
        custom=bool(state.get("custom", provider) or kind.startswith(PROVIDER_PREFIX)),
        inputs={key: value for key, value in inputs.items() if key != _MADE_UP},
        outputs=properties(_typed(state, "outputs", dict)),
        dependencies={
            str(name): tuple(map(str, _typed(dependencies, name, list) or ()))
            for name in dependencies
        },
        provider=_provider(provider) if provider else None,
        options={"external": True} if state.get("external") else {},
    )


def _typed(state: Mapping[str, Value], key: str, kind: type[_Value]) -> _Value | None:
    """What is under a key, None where nothing is. Raises TypeError for anything else."""
    value = state.get(key)
    if value is None or isinstance(value, kind):
        return value
    raise TypeError(f"{key}: expected {_KINDS[kind]}, got {_kind(value)}")


def _dependencies(state: Mapping[str, Value]) -> Mapping[str, Value]:
    """By property. Where Pulumi writes a list under `dependencies`, it is of the whole resource."""
    dependencies = state.get("propertyDependencies") or state.get("dependencies")
    return dependencies if isinstance(dependencies, Mapping) else {}


def _provider(reference: str) -> str:
    """Pulumi writes `URN::ID`."""
    return "::".join(reference.split("::")[:4])


def _what(content: Mapping[str, Value]) -> str:
    if "checkpoint" in content:
        return "a backend's own state file: use `pulumi stack export`"
    if "resource_changes" in content or "planned_values" in content:
        return "a Terraform plan: no meter here reads its types"
    keys = ", ".join(sorted(map(str, content))[:5])
    return f"an object with the keys {keys}" if keys else "an empty object"


def _kind(value: Value) -> str:
    return _KINDS.get(type(value), "a number")
