"""Which Pulumi project a command works on, and its checked stack files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from buylink.errors import InputProblem
from buylink.settings import SettingsError
from buylink.settings.stack_files import (
    StackFile,
    check_folders,
    load_yaml,
    read_stack_file,
    settings_from,
    stack_names,
)

PROJECT_FILE = "Pulumi.yaml"
INSTALLED_FROM = Path(__file__).resolve().parent.parent.parent


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
        InputProblem(
            "--cwd", str(start), f"expected a folder in a Pulumi project, got no {PROJECT_FILE}"
        )
    )


def program_name(project: Path) -> str:
    """The project's name in Pulumi.yaml, which is part of every URN.

    Raises SettingsError when the file names no Python program that is there.
    """
    content = load_yaml(project / PROJECT_FILE, PROJECT_FILE)
    runtime = content.get("runtime")
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    name = content.get("name")
    problems: list[InputProblem] = []
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
        problems.append(_problem("name", "a name of letters, digits, dashes, dots", name))
    if language != "python":
        problems.append(_problem("runtime", "python: a preview runs no other language", language))
    if content.get("main") is not None:
        problems.append(_problem("main", "none: the program is __main__.py", content["main"]))
    if not (project / "__main__.py").is_file():
        problems.append(
            InputProblem(str(project), "", "expected the program __main__.py, got none")
        )
    if problems:
        raise SettingsError(*problems)
    return str(name)


def _problem(key: str, expected: str, got: object) -> InputProblem:
    return InputProblem(PROJECT_FILE, key, f"expected {expected}, got {got!r}")


def checked_stack_files(
    project: Path, stacks: Sequence[str], overrides: Sequence[str]
) -> list[StackFile]:
    """The stack files of the stacks named, or of all; each valid with the overrides applied.

    Raises SettingsError with all that is wrong with any of them.
    """
    files: list[StackFile] = []
    problems: list[InputProblem] = []
    for stack in dict.fromkeys(stacks or stack_names(project)):
        try:
            file = read_stack_file(project, stack, overrides)
            check_folders(settings_from(file), project, file.source)
            files.append(file)
        except SettingsError as error:
            problems += error.problems
    if problems or not files:
        raise SettingsError(
            *(
                list(dict.fromkeys(problems))
                or [InputProblem(PROJECT_FILE, "", "expected stack files, got none")]
            )
        )
    return files


def read_pack_config(path: Path | None) -> dict[str, str | dict[str, object]]:
    """The content of a `--policy-pack-config` file: a level, or a level and caps, by policy.

    Raises SettingsError when it isn't a JSON object.
    """
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(
            InputProblem("--policy-pack-config", str(path), f"expected JSON: {error}")
        ) from None
    policies = cast("dict[str, object]", content) if isinstance(content, dict) else None
    if policies is None or not all(isinstance(value, str | dict) for value in policies.values()):
        message = 'expected an object such as {"ecs-max-tasks": "advisory"}, got another shape'
        raise SettingsError(InputProblem("--policy-pack-config", str(path), message))
    return cast("dict[str, str | dict[str, object]]", policies)
