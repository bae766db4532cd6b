"""Imports what a program will need, once, before it is forked for each stack."""

from __future__ import annotations

import ast
import importlib
import warnings
from collections.abc import Iterator
from pathlib import Path

SKIPPED_FOLDERS = frozenset({"tests", "docs", "app"})


def warm_up(project: Path) -> None:
    """Imports the `pulumi_aws` modules that the program's sources name, before the first fork."""
    for module in sorted(set(_sdk_modules(project))):
        try:
            loaded = importlib.import_module(module)
        except ImportError:
            continue  # the program says so itself, with its own traceback
        with warnings.catch_warnings():
            # They warn of their own deprecated classes.
            warnings.simplefilter("ignore", DeprecationWarning)
            # They load lazily, when an attribute is read that isn't there for introspection.
            getattr(loaded, "_utilities", None)


def _sdk_modules(project: Path) -> Iterator[str]:
    for source in _sources(project):
        try:
            tree = ast.parse(source.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue  # the program's own run reports it
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "pulumi_aws":
                yield from (f"pulumi_aws.{name.name}" for name in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pulumi_"):
                yield node.module or ""


def _sources(project: Path) -> Iterator[Path]:
    """The program's own files, and those of its packages at any depth."""
    yield from project.glob("*.py")
    for folder in project.iterdir():
        if folder.name not in SKIPPED_FOLDERS and (folder / "__init__.py").is_file():
            yield from folder.rglob("*.py")
