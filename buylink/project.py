"""Which Pulumi project a command works on, and its checked stack files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from buylink.settings import Problem, SettingsError
from buylink.settings.stack_files import (
    StackFile,
    check_folders,
    read_stack_file,
    settings_from,
    stack_names,
)

PROJECT_FILE = "Pulumi.yaml"
INSTALLED_FROM = Path(__file__).resolve().parent.parent


def find(folder: Path | None) -> Path:
    """The project at or above `folder`; by default this directory's, else the installed checkout's.

    Raises SettingsError when there is none.
    """
    start = (folder or Path.cwd()).resolve()
    for candidate in (start, *start.parents):
        if (candidate / PROJECT_FILE).is_file():
            return candidate
    if folder is None and (INSTALLED_FROM / PROJECT_FILE).is_file():
        return INSTALLED_FROM
    raise SettingsError(
        [
            Problem(
                "--cwd", str(start), f"expected a folder in a Pulumi project, got no {PROJECT_FILE}"
            )
        ]
    )


def checked_stack_files(
    project: Path, stacks: Sequence[str], overrides: Sequence[str]
) -> list[StackFile]:
    """The stack files of the stacks named, or of all; each valid with the overrides laid over it.

    Raises SettingsError with all that is wrong with any of them.
    """
    files: list[StackFile] = []
    problems: list[Problem] = []
    for stack in dict.fromkeys(stacks or stack_names(project)):
        try:
            file = read_stack_file(project, stack, overrides)
            check_folders(settings_from(file), project, file.source)
            files.append(file)
        except SettingsError as error:
            problems += error.problems
    if problems or not files:
        raise SettingsError(
            list(dict.fromkeys(problems))
            or [Problem(PROJECT_FILE, "", "expected stack files, got none")]
        )
    return files


def read_pack_config(path: Path | None) -> dict[str, Any]:
    """The content of a `--policy-pack-config` file: a level, or a level and caps, by policy.

    Raises SettingsError when it isn't a JSON object.
    """
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            [Problem("--policy-pack-config", str(path), f"expected JSON: {error}")]
        ) from None
    if not isinstance(content, dict):
        raise SettingsError(
            [Problem("--policy-pack-config", str(path), "expected an object of policies")]
        )
    return cast("dict[str, Any]", content)
