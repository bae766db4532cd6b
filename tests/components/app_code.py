"""What a service's code calls and reads, by its source alone: nothing is run.

From the entry on, a definition counts when code that counts names it: a function or a class by its
name, a method by an attribute of its name on any object. So what is only imported doesn't count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

APP = "app"
Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.stmt


@dataclass(frozen=True)
class Found:
    """All that counts: each node once, with the module it stands in."""

    nodes: tuple[tuple[Module, ast.AST], ...]

    def calls(self) -> Iterator[tuple[Module, ast.Call]]:
        for module, node in self.nodes:
            if isinstance(node, ast.Call):
                yield module, node

    def texts(self) -> Iterator[str]:
        for _, node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@dataclass(frozen=True, eq=False)
class Module:
    """A module of the app: what its names stand for, and what it does when it is imported."""

    name: str
    imports: dict[str, tuple[str, str | None]] = field(
        default_factory=dict[str, tuple[str, str | None]]
    )
    """By local name: a module, and what of it, None for all of it."""
    definitions: dict[str, Definition] = field(default_factory=dict[str, Definition])
    statements: list[ast.stmt] = field(default_factory=list[ast.stmt])


def code_of(project: Path, entry: str, *functions: str) -> Found:
    """All that counts of the module `entry`, and of its functions that others call by name."""
    walk = _Walk(project)
    walk.enter(entry)
    for name in functions:
        walk.name(walk.module(entry), name)
    return walk.done()


@cache
def _read(project: Path, name: str) -> Module | None:
    path = project.joinpath(*name.split("."))
    source = next(
        (it for it in (path.with_suffix(".py"), path / "__init__.py") if it.exists()), None
    )
    if source is None:
        return None
    module, tree = Module(name), ast.parse(source.read_text("utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                module.imports.update({it.asname or it.name: (it.name, None) for it in names})
            case ast.ImportFrom(module=str(other), names=names):
                module.imports.update({it.asname or it.name: (other, it.name) for it in names})
            case _:
                pass
    for statement in tree.body:
        match statement:
            case (
                ast.FunctionDef(name=str(it))
                | ast.AsyncFunctionDef(name=str(it))
                | ast.ClassDef(name=str(it))
            ):
                module.definitions[it] = statement
            case ast.Assign(targets=[ast.Name(id=it)]) | ast.AnnAssign(target=ast.Name(id=it)):
                module.definitions[it] = statement
            case _:
                module.statements.append(statement)
    return module


class _Walk:
    def __init__(self, project: Path) -> None:
        self._project = project
        self._entered: dict[str, Module] = {}
        self._reached: set[Definition] = set()
        self._nodes: list[tuple[Module, ast.AST]] = []
        self._attributes: set[str] = set()
        self._methods: dict[str, list[tuple[Module, ast.stmt]]] = {}

    def done(self) -> Found:
        return Found(tuple(self._nodes))

    def module(self, name: str) -> Module:
        return self._entered[name]

    def enter(self, name: str) -> bool:
        """Whether a module is the app's; what it does when it is imported counts."""
        if name.split(".", maxsplit=1)[0] != APP:
            return False
        if name in self._entered:
            return True
        module = _read(self._project, name)
        if module is None:
            return False
        self._entered[name] = module
        for statement in module.statements:
            self._visit(module, statement)
        return True

    def name(self, module: Module, name: str) -> None:
        """What a name stands for counts."""
        if name in module.definitions:
            self._reach(module, module.definitions[name])
        elif name in module.imports:
            other, part = module.imports[name]
            if part is not None and self.enter(other):
                self.name(self._entered[other], part)

    def _reach(self, module: Module, definition: Definition) -> None:
        if definition in self._reached:
            return
        self._reached.add(definition)
        if isinstance(definition, ast.ClassDef):
            self._reach_class(module, definition)
        else:
            self._visit(module, definition)

    def _reach_class(self, module: Module, definition: ast.ClassDef) -> None:
        for part in (*definition.bases, *definition.keywords, *definition.decorator_list):
            self._visit(module, part)
        foreign = any(not self._is_ours(module, base) for base in definition.bases)
        for statement in definition.body:
            name = getattr(statement, "name", None)
            if name is None or name.startswith("__") or foreign or name in self._attributes:
                self._visit(module, statement)
            else:
                self._methods.setdefault(name, []).append((module, statement))

    def _is_ours(self, module: Module, base: ast.expr) -> bool:
        """Whether nobody but us calls what a base class declares."""
        name = ast.unparse(base).split("[")[0]
        other, _ = module.imports.get(name, (module.name, None))
        return other.split(".")[0] in (APP, "typing", "enum") or name in ("Exception", "ValueError")

    def _visit(self, module: Module, node: ast.AST) -> None:
        for it in _without_annotations(node):
            self._nodes.append((module, it))
            match it:
                case ast.Import(names=names):
                    for each in names:
                        self.enter(each.name)
                case ast.ImportFrom(module=str(other), names=names):
                    self.enter(other)
                    for each in names:
                        self.enter(f"{other}.{each.name}")
                case ast.Attribute(value=ast.Name(id=owner), attr=attribute) if (
                    inner := self._module_named(module, owner)
                ):
                    self.name(inner, attribute)
                case ast.Attribute(attr=attribute):
                    self._attribute(attribute)
                case ast.Name(id=name):
                    self.name(module, name)
                case _:
                    pass

    def _module_named(self, module: Module, name: str) -> Module | None:
        other, part = module.imports.get(name, ("", None))
        dotted = other if part is None else f"{other}.{part}"
        return self._entered.get(dotted) if self.enter(dotted) else None

    def _attribute(self, name: str) -> None:
        self._attributes.add(name)
        for module, statement in self._methods.pop(name, ()):
            self._visit(module, statement)


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all in it; of what says types only the calls, as FastAPI has them made."""
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if name in ("annotation", "returns"):
                for call in (it for it in ast.walk(child) if isinstance(it, ast.Call)):
                    yield from _without_annotations(call)
            else:
                yield from _without_annotations(child)
