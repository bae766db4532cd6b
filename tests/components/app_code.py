"""What a service's code does when it runs, by its source alone: nothing is run.

From the entry on, a definition counts when code that counts names it: a function or a class by its
name, a method by an attribute of an object of its class, or of any object of which no annotation
says the class. So what is only imported doesn't count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

APP: Final = "app"
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, eq=False)
class Module:
    """`imports` has by local name a module, and what of it, None for all of it."""

    project: Path
    name: str
    imports: dict[str, tuple[str, str | None]] = field(
        default_factory=dict[str, tuple[str, str | None]]
    )
    definitions: dict[str, ast.stmt] = field(default_factory=dict[str, ast.stmt])
    statements: list[ast.stmt] = field(default_factory=list[ast.stmt])
    """What it does when it is imported, besides defining."""
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict[ast.AST, ast.AST])

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node stands in, from the inside out."""
        while parent := self.parents.get(node):
            yield parent
            node = parent

    def named(self, name: str) -> tuple[Module, ast.stmt] | None:
        """The definition that a name of this module stands for, wherever in the app it is."""
        if name in self.definitions:
            return self, self.definitions[name]
        other, part = self.imports.get(name, ("", None))
        module = read(self.project, other)
        return module.named(part) if module and part else None

    def module_named(self, name: str) -> Module | None:
        """The module of the app that a name of this one stands for."""
        other, part = self.imports.get(name, ("", None))
        return read(self.project, other if part is None else f"{other}.{part}")


@cache
def read(project: Path, name: str) -> Module | None:
    """A module of the app by its dotted name; None where the app has none."""
    first, *others = name.split(".")
    path = project.joinpath(first, *others)
    sources = [
        source for source in (path.with_suffix(".py"), path / "__init__.py") if source.is_file()
    ]
    if first != APP or not sources:
        return None
    module, tree = Module(project, name), ast.parse(sources[0].read_text("utf-8"))
    for node in ast.walk(tree):
        module.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
        match node:
            case ast.Import(names=names):
                module.imports.update(
                    {alias.asname or alias.name: (alias.name, None) for alias in names}
                )
            case ast.ImportFrom(module=str(other), names=names):
                module.imports.update(
                    {alias.asname or alias.name: (other, alias.name) for alias in names}
                )
            case _:
                pass
    for statement in tree.body:
        if defined := _defined(statement):
            module.definitions[defined] = statement
        else:
            module.statements.append(statement)
    return module


def _defined(statement: ast.stmt) -> str | None:
    match statement:
        case (
            ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
            | ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ):
            return name
        case _:
            return None


@dataclass(frozen=True)
class Type:
    """A class of the app, or one from elsewhere, of which nothing here is known."""

    module: Module
    definition: ast.ClassDef | None


def type_of(module: Module, node: ast.AST | None) -> Type | None:
    """The type that annotations, or a class that is called, give an expression; None: none do."""
    match node:
        case ast.Name(id="self" | "cls"):
            owners = (outer for outer in module.around(node) if isinstance(outer, ast.ClassDef))
            return next((Type(module, outer) for outer in owners), None)
        case ast.Name(id=name):
            return _of_local(module, node, name) or _of_name(module, name)
        case ast.Attribute(value=owner, attr=name):
            held = type_of(module, owner)
            return held and _of_field(held, name)
        case ast.Call(func=function):
            return _returned(module, function)
        case ast.Await(value=value):
            return type_of(module, value)
        case _:
            return None


def _of_local(module: Module, node: ast.AST, name: str) -> Type | None:
    for function in (outer for outer in module.around(node) if isinstance(outer, FUNCTION)):
        arguments = function.args
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if each.arg == name:
                return _annotated(module, each.annotation)
        for inner in ast.walk(function):
            match inner:
                case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call() as value) if (
                    target == name and not _names(value, name)
                ):
                    return type_of(module, value)
                case _:
                    pass
    return None


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))


def _of_name(module: Module, name: str) -> Type | None:
    match module.named(name):
        case (there, ast.ClassDef() as definition):
            return Type(there, definition)
        case (there, ast.Assign(value=ast.Call() as value)):
            return type_of(there, value)
        case _:
            return None


def _of_field(owner: Type, name: str) -> Type | None:
    if owner.definition is None:
        return owner
    for node in ast.walk(owner.definition):
        match node:
            case ast.AnnAssign(target=ast.Name(id=declared), annotation=annotation) if (
                declared == name
            ):
                return _annotated(owner.module, annotation)
            case ast.FunctionDef(name=declared, returns=returns) if declared == name:
                return _annotated(owner.module, returns)
            case ast.Assign(targets=[ast.Attribute(attr=declared)], value=value) if (
                declared == name
            ):
                return type_of(owner.module, value)
            case _:
                pass
    return None


def _returned(module: Module, function: ast.expr) -> Type | None:
    match function:
        case ast.Name(id=name):
            there = module.named(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if inner := module.module_named(
            owner
        ):
            there = inner.named(name)
        case ast.Attribute():
            return type_of(module, function)
        case _:
            there = None
    match there:
        case (origin, ast.ClassDef() as definition):
            return Type(origin, definition)
        case (origin, (ast.FunctionDef() | ast.AsyncFunctionDef()) as definition):
            return _annotated(origin, definition.returns)
        case _:
            return None


def _annotated(module: Module, annotation: ast.expr | None) -> Type | None:
    """`X`, `"X"`, `X | None`, `Annotated[X, ...]`; Any, Self and protocols say nothing."""
    match annotation:
        case ast.Constant(value=str(text)):
            return _annotated(module, ast.parse(text, mode="eval").body)
        case ast.BinOp(left=left, right=ast.Constant(value=None)):
            return _annotated(module, left)
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
            return _annotated(module, first)
        case ast.Name(id="Any" | "Self") | None:
            return None
        case ast.Name(id=name):
            resolved = module.named(name)
            if resolved is None:
                return Type(module, None)
            there, definition = resolved
            if not isinstance(definition, ast.ClassDef) or _is_abstract(definition):
                return None
            return Type(there, definition)
        case _:
            return None


def _is_abstract(definition: ast.ClassDef) -> bool:
    return any(ast.unparse(base) in ("Protocol", "ABC") for base in definition.bases)


@dataclass(frozen=True)
class ReachedCode:
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


def code_of(project: Path, entry: str, *functions: str) -> ReachedCode:
    """All that counts of the module `entry`, and of its functions that others call by name."""
    walk = _Walk(project)
    module = walk.enter(entry)
    for name in functions:
        walk.name(module, name)
    return ReachedCode(tuple(walk.nodes))


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
