"""Usage files in infracost's format: amounts by resource type, and by resource.

https://www.infracost.io/docs/features/usage_based_resources/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Final

import yaml

from buylink.costs.meters.charge import Stated, Usage
from buylink.costs.meters.registry import METERS_BY_TYPE
from buylink.costs.prices.quantity import Range
from buylink.costs.usage.load import UsageError
from buylink.errors import nearest
from buylink.graph import Graph, Resource

VERSION: Final = "0.1"
MOST: Final = Decimal(10) ** 15
"""More than anyone uses of anything in a month."""

_DEFAULTS: Final = "resource_type_default_usage"
_RESOURCES: Final = "resource_usage"
_RANGE: Final = ("low", "typical", "high")
_TERRAFORM_NAME: Final = re.compile(r"([a-z0-9]+_[a-z0-9_]+)\.")
_TERRAFORM: Final = frozenset(metered.terraform for metered in METERS_BY_TYPE.values())

Amounts = dict[str, Range]


@dataclass(frozen=True)
class UsageFile:
    """What a file states: by Pulumi type, and by the name that a resource goes by in it."""

    name: str
    by_type: Mapping[str, Amounts]
    by_resource: Mapping[str, Amounts]

    def usages(self, graph: Graph) -> tuple[dict[str, Usage], list[str]]:
        """The usage of each resource by URN, and what of the file no resource takes.

        Raises UsageError for a key that a resource of its type doesn't have.
        """
        usages: dict[str, Usage] = {}
        problems: list[str] = []
        unused = set(self.by_resource)
        for resource in graph:
            if (metered := METERS_BY_TYPE.get(resource.type)) is None:
                continue
            amounts = dict(self.by_type.get(resource.type, {}))
            for name in self._named(resource, metered.terraform):
                unused.discard(name)
                stated, keys = self.by_resource[name], metered.key_names
                problems += [
                    f"{self.name}: {_RESOURCES}.{name}.{key}: expected a usage key of"
                    f" {resource.type}{nearest(key, keys)}"
                    for key in stated
                    if key not in keys
                ]
                amounts |= stated
            if amounts:
                why = f"by {self.name}"
                usages[resource.urn] = Usage(
                    {key: Stated(amount, why) for key, amount in amounts.items()}
                )
        if problems:
            raise UsageError(*dict.fromkeys(problems))
        warnings = [
            f"{self.name}: {_RESOURCES}.{name}: no resource here takes it" for name in unused
        ]
        return usages, sorted(warnings)

    def _named(self, resource: Resource, terraform: str) -> list[str]:
        """What a resource goes by: URN, name, or type and name as in `aws_nat_gateway.main`.

        `*` stands for anything. In the file's order, as the later goes before the earlier.
        """
        names = (
            resource.urn,
            resource.name,
            f"{resource.type}.{resource.name}",
            f"{terraform}.{resource.name}",
        )
        matching = {known for known in names if known in self._places}
        matching |= {
            pattern
            for pattern in self._patterns
            if any(fnmatchcase(known, pattern.replace("[", "[[]")) for known in names)
        }
        return sorted(matching, key=self._places.__getitem__)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.by_resource)}

    @cached_property
    def _patterns(self) -> list[str]:
        return [name for name in self.by_resource if set(name) & set("*?")]


@dataclass
class _Reading:
    name: str
    problems: list[str] = field(default_factory=list[str])

    def problem(self, node: yaml.Node, where: str, text: str) -> None:
        self.problems.append(f"{self.name}:{node.start_mark.line + 1}: {where}: {text}")

    def entries(self, node: yaml.Node | None, where: str) -> Iterator[tuple[str, yaml.Node]]:
        """Of a mapping; nothing of an empty value, and of a key that comes twice a problem."""
        if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
            return
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, where or "the file", "expected keys with values, got none")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self.problem(key, f"{where}.{name}".lstrip("."), "expected once, got it twice")
            seen.add(name)
            yield name, value

    def amounts(self, node: yaml.Node, where: str, prefix: str = "") -> Amounts:
        """Nested keys are joined by dots: `standard: {storage_gb: 1}` is `standard.storage_gb`."""
        amounts: Amounts = {}
        for name, value in self.entries(node, where):
            place, key = f"{where}.{name}", f"{prefix}{name}"
            if isinstance(value, yaml.ScalarNode):
                if (amount := self._amount(value, place)) is not None:
                    amounts[key] = Range.exactly(amount)
            elif isinstance(value, yaml.MappingNode) and _keys(value) == set(_RANGE):
                if (span := self._range(value, place)) is not None:
                    amounts[key] = span
            else:
                amounts |= self.amounts(value, place, f"{key}.")
        return amounts

    def _range(self, node: yaml.Node, where: str) -> Range | None:
        stated = {
            name: self._amount(figure, f"{where}.{name}")
            for name, figure in self.entries(node, where)
        }
        figures = [figure for name in _RANGE if (figure := stated[name]) is not None]
        if len(figures) < len(_RANGE):
            return None
        if figures != sorted(figures):
            self.problem(node, where, "expected low <= typical <= high, got another order")
            return None
        return Range(*figures)

    def _amount(self, node: yaml.Node, where: str) -> Decimal | None:
        text = str(node.value).replace("_", "") if isinstance(node, yaml.ScalarNode) else ""
        try:
            amount = Decimal(text)
        except InvalidOperation:
            self.problem(node, where, f"expected a number, got {text!r}")
            return None
        if not amount.is_finite() or not 0 <= amount <= MOST:
            self.problem(node, where, f"expected 0 to {MOST:,.0f} a month, got {text}")
            return None
        return amount


def _keys(node: yaml.MappingNode) -> set[str]:
    return {str(key.value) for key, _ in node.value}


def read_usage_file(path: Path) -> UsageFile:
    """Raises UsageError with all that is wrong with the file."""
    reading = _Reading(path.name)
    try:
        return _read(path, reading)
    except RecursionError:
        raise UsageError(f"{path.name}: expected amounts, got an alias of itself") from None


def _read(path: Path, reading: _Reading) -> UsageFile:
    root = _root(path, reading)
    top = dict(reading.entries(root, ""))
    known = ("version", _DEFAULTS, _RESOURCES)
    for name, node in top.items():
        if name not in known:
            reading.problem(node, name, f"expected one of the file's keys{nearest(name, known)}")
    version = top.get("version")
    if version is None or str(version.value) != VERSION:
        got = "none" if version is None else repr(version.value)
        reading.problems.insert(0, f"{path.name}: version: expected {VERSION}, got {got}")
    by_type = _by_type(reading, top.get(_DEFAULTS))
    by_resource = {
        name: {} if _is_foreign(name) else reading.amounts(node, f"{_RESOURCES}.{name}")
        for name, node in reading.entries(top.get(_RESOURCES), _RESOURCES)
    }
    if reading.problems:
        raise UsageError(*reading.problems)
    return UsageFile(path.name, by_type, by_resource)


def _is_foreign(name: str) -> bool:
    """Whether a name is of a Terraform type without a meter, as in `aws_instance.main`."""
    kind = _TERRAFORM_NAME.match(name)
    return kind is not None and kind[1] not in _TERRAFORM


def _root(path: Path, reading: _Reading) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        message = f"expected a file to read, got: {error.strerror}"
    except UnicodeDecodeError:
        message = "expected YAML in UTF-8, got other bytes"
    except (yaml.YAMLError, RecursionError) as error:
        message = f"expected YAML, got: {str(error).splitlines()[0]}"
    raise UsageError(f"{reading.name}: {message}")


def _by_type(reading: _Reading, node: yaml.Node | None) -> dict[str, Amounts]:
    """By Pulumi token or Terraform name. Types without a meter are left: the file may know more."""
    by_type: dict[str, Amounts] = {}
    for name, value in reading.entries(node, _DEFAULTS):
        where = f"{_DEFAULTS}.{name}"
        specs = [spec for spec in METERS_BY_TYPE.values() if name in (spec.terraform, spec.type)]
        if not specs:
            continue
        amounts = reading.amounts(value, where)
        keys = specs[0].key_names
        for key in amounts:
            if key not in keys:
                text = f"expected a usage key of {specs[0].type}{nearest(key, keys)}"
                reading.problem(value, f"{where}.{key}", text)
        by_type |= {spec.type: amounts for spec in specs}
    return by_type
