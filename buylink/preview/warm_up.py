"""Imports what a program will need, once, before it is forked for each stack."""

from __future__ import annotations

import ast
import importlib
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
        # The SDK's modules load lazily: reading a module's attribute is what imports it.
        getattr(loaded, "__file__", None)


def _sdk_modules(project: Path) -> Iterator[str]:
    folders = (path for path in project.iterdir() if path.is_dir())
    packages = [
        path
        for path in folders
        if path.name not in SKIPPED_FOLDERS and (path / "__init__.py").is_file()
    ]
    for source in [
        *project.glob("*.py"),
        *(file for path in packages for file in path.glob("*.py")),
    ]:
        try:
            tree = ast.parse(source.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue  # the program's own run reports it
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "pulumi_aws":
                yield from (f"pulumi_aws.{name.name}" for name in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pulumi_"):
                yield node.module or ""
