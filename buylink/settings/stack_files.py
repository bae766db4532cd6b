"""Stack files: `Pulumi.<stack>.yaml`, with the command's `--config` overrides.

Nothing here needs Pulumi: the command reads and checks a file before any engine starts, and the
program checks the same values again as Pulumi hands them over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import yaml
from pydantic import ValidationError

from buylink.errors import InputProblem
from buylink.settings import (
    FunctionSettings,
    ServiceSettings,
    Settings,
    SettingsError,
)
from buylink.settings.base import Findings, Value, key_of
from buylink.settings.services import folder_of

NAMESPACE = "buylink"
REGION_KEY = "aws:region"
STACK_KEY = "pulumi:stack"
SECRET_PLACEHOLDER = "[secret]"


@dataclass(frozen=True)
class StackFile:
    """One stack's configuration: keys such as `buylink:network` with their structured values.

    `overridden` holds the paths that `--config` set; `secret_keys` those stored encrypted, whose
    values are never read.
    """

    stack: str
    source: str
    values: Mapping[str, Value]
    secret_keys: tuple[str, ...] = ()
    overridden: frozenset[str] = field(default_factory=frozenset[str])

    def pulumi_config(self) -> dict[str, str]:
        """The configuration as Pulumi hands it to a program: text, structures as JSON."""
        return {key: _as_text(value) for key, value in self.values.items()}


def stack_names(project: Path) -> list[str]:
    """The stacks that have a file, by name."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        for path in _config_dir(project).glob("Pulumi.*.yaml")
    )


def read_stack_file(project: Path, stack: str, overrides: Sequence[str] = ()) -> StackFile:
    """Reads a stack's file and applies `KEY=VALUE` overrides to it, in memory alone.

    Raises SettingsError when there is no such file, it isn't YAML, or an override isn't one.
    """
    path = _config_dir(project) / f"Pulumi.{stack}.yaml"
    source = str(path.relative_to(project))
    if not path.is_file():
        known = ", ".join(stack_names(project)) or "none"
        raise SettingsError(
            InputProblem(source, "", f"expected a stack file, got no such file; there are: {known}")
        )
    config = _mapping(load_yaml(path, source).get("config") or {}, source, "config")
    values = {key: _plain(value) for key, value in config.items()}
    secret = tuple(key for key, value in config.items() if _holds_secret(value))
    overridden = frozenset(_override(values, override) for override in overrides)
    return StackFile(stack, source, values, secret, overridden)


def settings_from(stack_file: StackFile) -> Settings:
    """The validated settings of a stack file.

    Raises SettingsError with all that is wrong, each with its source and its key.
    """
    data: dict[str, Value] = {STACK_KEY: stack_file.stack}
    for key, value in stack_file.values.items():
        namespace, _, name = key.partition(":")
        if namespace == NAMESPACE:
            data[name] = value
        elif key == REGION_KEY:
            data[key] = value
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        cause = error.errors()[0].get("ctx", {}).get("error")
        findings = cause.findings if isinstance(cause, Findings) else [((), str(error))]
        raise SettingsError(
            *[_problem(stack_file, key_of(location), message) for location, message in findings]
        ) from None


def check_folders(settings: Settings, project: Path, source: str) -> None:
    """Raises SettingsError when a service that is built here has no folder in `app/`."""
    problems = [
        InputProblem(
            source,
            f"{NAMESPACE}:services.{name}",
            f"expected the folder app/{folder_of(name)} with a {entry_file(service)}, got none; "
            f"there are: {_folders(project, entry_file(service))}",
        )
        for name, service in settings.services.items()
        if not (project / "app" / folder_of(name) / entry_file(service)).is_file()
    ]
    if problems:
        raise SettingsError(*problems)


def entry_file(service: ServiceSettings) -> str:
    """What makes a folder of `app/` a service of its kind."""
    return "handler.py" if isinstance(service, FunctionSettings) else "Dockerfile"


def _folders(project: Path, entry: str) -> str:
    files = sorted((project / "app").glob(f"*/{entry}"))
    return ", ".join(path.parent.name for path in files) or "none"


def _problem(stack_file: StackFile, key: str, message: str) -> InputProblem:
    if key == STACK_KEY:
        return InputProblem(stack_file.source, "", f"the stack's name: {message}")
    name = key if key == REGION_KEY else f"{NAMESPACE}:{key}"
    by_option = any(
        name == path or name.startswith((f"{path}.", f"{path}[")) or path.startswith(f"{name}.")
        for path in stack_file.overridden
    )
    return InputProblem("--config" if by_option else stack_file.source, name, message)


def _config_dir(project: Path) -> Path:
    source = "Pulumi.yaml"
    if not (project / source).is_file():
        raise SettingsError(
            InputProblem(str(project / source), "", "expected a Pulumi project, got none")
        )
    return project / str(load_yaml(project / source, source).get("stackConfigDir") or ".")


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a key stands once: the second of two would silently win."""

    # yaml's own signature.
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Value, Value]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def load_yaml(path: Path, source: str) -> dict[str, Value]:
    """A YAML file that holds a mapping. Raises SettingsError with file and line."""
    try:
        content = yaml.load(path.read_text("utf-8"), _StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        raise SettingsError(InputProblem(where, "", f"expected YAML: {error.problem}")) from None
    except (OSError, RecursionError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(InputProblem(source, "", f"expected YAML in UTF-8: {error}")) from None
    return _mapping({} if content is None else content, source, "")


def _mapping(value: object, source: str, key: str) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise SettingsError(InputProblem(source, key, f"expected a mapping of keys, got {value!r}"))
    entries = cast("dict[object, Value]", value)
    if strange := [name for name in entries if not isinstance(name, str)]:
        raise SettingsError(InputProblem(source, key, f"expected keys of text, got {strange[0]!r}"))
    return cast("dict[str, Value]", entries)


def _holds_secret(value: Value) -> bool:
    if isinstance(value, dict):
        entries = cast("dict[str, Value]", value)
        return set(entries) == {"secure"} or any(_holds_secret(item) for item in entries.values())
    return isinstance(value, list) and any(
        _holds_secret(item) for item in cast("list[Value]", value)
    )


def _plain(value: Value) -> Value:
    if isinstance(value, dict):
        entries = cast("dict[str, Value]", value)
        if set(entries) == {"secure"}:
            return SECRET_PLACEHOLDER
        return {key: _plain(item) for key, item in entries.items()}
    return (
        [_plain(item) for item in cast("list[Value]", value)] if isinstance(value, list) else value
    )


def _override(values: dict[str, Value], override: str) -> str:
    """Sets one `namespace:key.path=value` in `values`; returns its path."""
    path, separator, text = override.partition("=")
    namespace, colon, dotted = path.strip().partition(":")
    if not (separator and colon and namespace and all(dotted.split("."))):
        raise SettingsError(
            InputProblem(
                "--config",
                override,
                "expected KEY=VALUE with a key such as buylink:network.natGateways",
            )
        )
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        value = text
    first, *inner = dotted.split(".")
    keys = [f"{namespace}:{first}", *inner]
    target = values
    for depth, key in enumerate(keys[:-1]):
        step = target.get(key)
        if step is None:
            step = {}
        if not isinstance(step, dict):
            message = f"{'.'.join(keys[: depth + 1])} holds {step!r}, which has no keys inside"
            raise SettingsError(InputProblem("--config", path, message))
        target[key] = dict(cast("dict[str, Value]", step))
        target = target[key]
    target[keys[-1]] = value
    return path.strip()


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
