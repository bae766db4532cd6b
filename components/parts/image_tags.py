"""What an image is called: a hash of what goes into it, so that equal content keeps its tag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from buylink.settings.services import folder_of

Architecture = Literal["ARM64", "X86_64"]

APP = "app"
"""The folder of the hub's containers, and the context their images are built in."""

SHARED_FILES = (".dockerignore", "__init__.py", "constraints.txt")
SHARED_FOLDER = "hub"
"""What all services' images are made from besides their own folder."""

TAG_LENGTH = 20


def dockerfile_of(service: str) -> str:
    """A service's Dockerfile, from the project's root."""
    return f"{APP}/{folder_of(service)}/Dockerfile"


def platform_of(architecture: Architecture) -> str:
    """An architecture as Docker calls it."""
    return {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}[architecture]


def image_tag(project: Path, service: str, architecture: Architecture) -> str:
    """The tag of a service's image: 20 hex digits over its files' paths and content.

    The same on every machine and in every checkout of the same content. Bytecode and dotfiles don't
    count, as `.dockerignore` keeps them out of the image. Raises OSError when a file can't be read.
    """
    context = project / APP
    content = [
        [path.relative_to(context).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()]
        for path in _files(context, service)
    ]
    recipe = json.dumps([platform_of(architecture), sorted(content)])
    return hashlib.sha256(recipe.encode()).hexdigest()[:TAG_LENGTH]


def _files(context: Path, service: str) -> Iterator[Path]:
    for name in SHARED_FILES:
        yield context / name
    for folder in (context / SHARED_FOLDER, context / folder_of(service)):
        for path in folder.rglob("*"):
            if path.is_file() and not _is_left_out(path.relative_to(context)):
                yield path


def _is_left_out(path: Path) -> bool:
    return path.suffix == ".pyc" or any(
        part.startswith(".") or part == "__pycache__" for part in path.parts
    )
