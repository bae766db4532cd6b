"""What of `app/` goes into an image or a function, and the hash that names its content.

Equal content has an equal hash on every machine and in every checkout, so that it is deployed once.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import pulumi

Architecture = Literal["ARM64", "X86_64"]

APP = "app"
"""The folder of the hub's containers, and the context their images are built in."""

SHARED_FILES = (".dockerignore", "__init__.py", "constraints.txt")
SHARED_FOLDER = "hub"
"""What all services' images are made from besides their own folder."""

TAG_LENGTH = 20  # hex digits


def dockerfile_of(folder: str) -> str:
    """The Dockerfile of the service in `app/<folder>`, from the project's root."""
    return f"{APP}/{folder}/Dockerfile"


def platform_of(architecture: Architecture) -> str:
    """An architecture as Docker calls it."""
    return {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}[architecture]


def image_tag(project: Path, folder: str, architecture: Architecture) -> str:
    """The tag of a service's image: 20 hex digits over its files' paths and content.

    The same on every machine and in every checkout of the same content. Bytecode and dotfiles don't
    count, as `.dockerignore` keeps them out of the image. Raises OSError when a file can't be read.
    """
    context = project / APP
    content = [
        [path.relative_to(context).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
        for path in _files(context, folder)
    ]
    recipe = json.dumps([platform_of(architecture), sorted(content)])
    return hashlib.sha256(recipe.encode()).hexdigest()[:TAG_LENGTH]


def _files(context: Path, folder: str) -> Iterator[Path]:
    for name in SHARED_FILES:
        yield context / name
    for source in (context / SHARED_FOLDER, context / folder):
        for path in source.rglob("*"):
            if path.is_file() and not _is_left_out(path.relative_to(context)):
                yield path


def _is_left_out(path: Path) -> bool:
    return path.suffix == ".pyc" or any(
        part.startswith(".") or part == "__pycache__" for part in path.parts
    )


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
    function_folder = app / folder
    if not (function_folder / ENTRY_FILE).is_file():
        raise FileNotFoundError(
            f"expected {APP}/{folder}/{ENTRY_FILE}, which Lambda calls, got no such file: add it, "
            "with a function `handler(event, context)`"
        )
    hub = app / SHARED_FOLDER
    shared = [path for path in hub.rglob("*.py") if hub / LEFT_OUT not in path.parents]
    files = [
        app / "__init__.py",
        *shared,
        *function_folder.rglob("*.py"),
        *function_folder.rglob("*.json"),
    ]
    return {path.relative_to(project).as_posix(): path for path in sorted(files)}
