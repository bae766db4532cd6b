"""Reads a YAML file node by node, so that every problem has its line; all are told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml

from buylink.errors import nearest
from buylink.planning.models.model import ModelError

MOST_NODES: Final = 20_000
"""More than any model has: an alias may stand for an alias, and so on."""


class Reading:
    """A file being read."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.problems: list[str] = []
        self._left = MOST_NODES

    def problem(self, mark: int, path: str, text: str) -> None:
        self.problems.append(f"{self.name}:{mark}: {path + ': ' if path else ''}{text}")

    def entries(self, node: yaml.Node, path: str) -> Iterator[tuple[str, yaml.Node]]:
        """Of a mapping; a key that comes twice is a problem."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(line_of(node), path, f"expected keys with values, got {shown(node)}")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                self.problem(line_of(key), joined(path, name), "expected once, got it twice")
                continue
            seen.add(name)
            self._left -= 1
            if self._left < 0:
                raise ModelError(f"{self.name}: expected a model, got aliases without end")
            yield name, value

    def known(self, node: yaml.Node, path: str, keys: Sequence[str]) -> dict[str, yaml.Node]:
        """The entries of a mapping that may only have these keys."""
        found: dict[str, yaml.Node] = {}
        for name, value in self.entries(node, path):
            if name in keys:
                found[name] = value
            else:
                text = f"expected one of the keys here{nearest(name, keys)}"
                self.problem(line_of(value), joined(path, name), text)
        return found

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        """Of a list; anything else is a list of itself."""
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def text(self, node: yaml.Node | None, path: str) -> str:
        """Empty for none."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.problem(line_of(node), path, f"expected text, got {shown(node)}")
            return ""
        return str(node.value).strip()

    def number(self, node: yaml.Node | None, path: str) -> int | None:
        """A line's number."""
        if node is None:
            return None
        text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if not text.isdecimal() or int(text) < 1:
            self.problem(line_of(node), path, f"expected the number of a line, got {shown(node)}")
            return None
        return int(text)


def root_of(path: Path) -> yaml.MappingNode:
    """Raises ModelError when the file can't be read or holds no mapping."""
    try:
        root = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as error:
        told = f"expected a model to read, got: {error.strerror}"
    except UnicodeDecodeError:
        told = "expected YAML in UTF-8, got other bytes"
    except yaml.MarkedYAMLError as error:
        line = f"{error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ModelError(f"{path.name}:{line} expected YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        told = f"expected YAML, got: {str(error).splitlines()[0]}"
    else:
        if isinstance(root, yaml.MappingNode):
            return root
        told = "expected the keys of a model, got none"
    raise ModelError(f"{path.name}: {told}")


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def shown(node: yaml.Node) -> str:
    """What stands there, for a message."""
    if isinstance(node, yaml.ScalarNode):
        return repr(str(node.value)) if str(node.value) else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "keys"
