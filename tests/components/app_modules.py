"""The app's modules as their source has them: what a name stands for, and of what type a thing is."""

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
