"""What a service's code does when it runs, by its source alone: nothing is run.

From the entry on, a definition counts when code that counts names it: a function or a class by its
name, a method by an attribute of an object of its class, or of any object of which no annotation
says the class. So what is only imported doesn't count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.components.app_modules import APP, FUNCTION, Module, Type, read, type_of


@dataclass(frozen=True)
class Found:
    """All that counts: each node with the module it stands in."""

    nodes: tuple[tuple[Module, ast.AST], ...]

    def calls(self) -> Iterator[tuple[Module, ast.Call]]:
        for module, node in self.nodes:
            if isinstance(node, ast.Call):
                yield module, node

    def texts(self) -> Iterator[str]:
        for _, node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def code_of(project: Path, entry: str, *functions: str) -> Found:
    """All that counts of the module `entry`, and of its functions that others call by name."""
    walk = _Walk(project)
    module = walk.enter(entry)
    for name in functions:
        walk.name(module, name)
    return Found(tuple(walk.nodes))


class _Walk:
    def __init__(self, project: Path) -> None:
        self.nodes: list[tuple[Module, ast.AST]] = []
        self._project = project
        self._entered: set[str] = set()
        self._reached: set[ast.AST] = set()
        self._attributes: set[str] = set()
        """Of objects whose class nothing says."""
        self._waiting: dict[str, list[tuple[Module, ast.stmt]]] = {}
        """Methods of classes that count, by their names."""

    def enter(self, name: str) -> Module:
        """What a module does when it is imported counts."""
        module = read(self._project, name)
        assert module is not None, name
        if name not in self._entered:
            self._entered.add(name)
            for statement in module.statements:
                self._visit(module, statement)
        return module

    def name(self, module: Module, name: str) -> None:
        """What a name stands for counts."""
        if target := module.named(name):
            self._reach(*target)

    def _reach(self, module: Module, definition: ast.stmt) -> None:
        self.enter(module.name)
        if definition in self._reached:
            return
        self._reached.add(definition)
        if not isinstance(definition, ast.ClassDef):
            self._visit(module, definition)
            return
        for part in (*definition.bases, *definition.keywords, *definition.decorator_list):
            self._visit(module, part)
        foreign = any(_is_foreign(module, base) for base in definition.bases)
        for statement in definition.body:
            name = statement.name if isinstance(statement, FUNCTION) else "__body__"
            if foreign or name.startswith("__") or name in self._attributes:
                self._reach(module, statement)
            else:
                self._waiting.setdefault(name, []).append((module, statement))

    def _visit(self, module: Module, node: ast.AST) -> None:
        for part in _without_annotations(node):
            self.nodes.append((module, part))
            match part:
                case ast.Import(names=names):
                    self._import([each.name for each in names])
                case ast.ImportFrom(module=str(other), names=names):
                    self._import([other, *(f"{other}.{each.name}" for each in names)])
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if (
                    inner := module.module_named(owner)
                ):
                    self.name(inner, name)
                case ast.Attribute(value=owner, attr=name):
                    self._attribute(type_of(module, owner), name)
                case ast.Name(id=name):
                    self.name(module, name)
                case _:
                    pass

    def _import(self, names: list[str]) -> None:
        for name in names:
            if name.startswith(f"{APP}.") and read(self._project, name):
                self.enter(name)

    def _attribute(self, owner: Type | None, name: str) -> None:
        if owner is None:
            self._attributes.add(name)
            for module, statement in self._waiting.pop(name, ()):
                self._reach(module, statement)
        elif owner.definition is not None:
            self._method(owner, owner.definition, name)

    def _method(self, owner: Type, definition: ast.ClassDef, name: str) -> None:
        """Its own, or that of a class of ours that it is made from."""
        for statement in definition.body:
            if isinstance(statement, FUNCTION) and statement.name == name:
                self._reach(owner.module, statement)
        for base in definition.bases:
            match owner.module.named(ast.unparse(base)):
                case (module, ast.ClassDef() as parent_class):
                    self._method(Type(module, parent_class), parent_class, name)
                case _:
                    pass


def _is_foreign(module: Module, base: ast.expr) -> bool:
    """Whether others may call what a base class declares."""
    name = ast.unparse(base).split("[")[0]
    origin = module.imports.get(name, (module.name, None))[0].split(".")[0]
    return origin not in (APP, "typing", "enum")


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all in it; of what says types only the calls, as FastAPI has them made."""
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if name in ("annotation", "returns"):
                for call in (inner for inner in ast.walk(child) if isinstance(inner, ast.Call)):
                    yield from _without_annotations(call)
            else:
                yield from _without_annotations(child)
