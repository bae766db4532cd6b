"""A function's code: the files it is made from, and a hash of what is in them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pulumi

from components.parts.image_tags import APP, SHARED_FOLDER

LEFT_OUT = "web"
"""What functions don't get of `app/hub`: it needs packages that a function doesn't have."""

ENTRY_FILE = "handler.py"


def handler_of(folder: str) -> str:
    """The function in `app/<folder>/handler.py` that Lambda calls, as Lambda names it."""
    return f"{APP}.{folder}.{ENTRY_FILE.removesuffix('.py')}.handler"


def function_code(project: Path, folder: str) -> pulumi.AssetArchive:
    """The archive of a function: its files under the paths they have in the project.

    Raises FileNotFoundError as `code_files` does.
    """
    return pulumi.AssetArchive(
        {name: pulumi.FileAsset(name) for name in code_files(project, folder)}
    )


def code_hash(project: Path, folder: str) -> str:
    """SHA-256 in base64 over the files' paths and content.

    The same on every machine and in every checkout of the same content, which a hash of the zip
    file would not be. Raises OSError when a file can't be read.
    """
    content = {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in code_files(project, folder).items()
    }
    recipe = json.dumps(content, sort_keys=True)
    return base64.b64encode(hashlib.sha256(recipe.encode()).digest()).decode()


def code_files(project: Path, folder: str) -> Mapping[str, Path]:
    """The files of a function by their path from the project's root, in order.

    Raises FileNotFoundError when the folder has no handler.
    """
    app = project / APP
    own = app / folder
    if not (own / ENTRY_FILE).is_file():
        raise FileNotFoundError(
            f"expected {APP}/{folder}/{ENTRY_FILE}, which Lambda calls, got no such file: add it, "
            "with a function `handler(event, context)`"
        )
    hub = app / SHARED_FOLDER
    shared = [it for it in hub.rglob("*.py") if hub / LEFT_OUT not in it.parents]
    files = [app / "__init__.py", *shared, *own.rglob("*.py"), *own.rglob("*.json")]
    return {path.relative_to(project).as_posix(): path for path in sorted(files)}
