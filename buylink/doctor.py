"""What this machine has and lacks, for a preview and for a deployment."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from buylink import project
from buylink.exit_codes import ExitCode
from buylink.settings import SettingsError

Need = Literal["preview", "deploy"]
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, what needs it, and the next step."""

    name: str
    fine: bool
    detail: str
    needed_for: Need
    next_step: str = ""


def examine(folder: Path | None) -> list[Check]:
    """All checks, those that a preview needs first. Nothing is sent anywhere."""
    root = project.find(folder)
    return [
        _python(),
        *_packages(root),
        _stack_files(root),
        _policy_pack(root),
        _tool(
            "Pulumi CLI", ["pulumi", "version"], "install it: https://www.pulumi.com/docs/install/"
        ),
        _tool(
            "Docker",
            ["docker", "version", "--format", "{{.Server.Version}}"],
            "start a Docker daemon, or give each service an image digest in the stack file",
        ),
        _credentials(),
    ]


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """Fine unless something is missing that a preview needs."""
    lacking = any(not check.fine for check in checks if check.needed_for == "preview")
    return ExitCode.CHECK_FAILED if lacking else ExitCode.FINE


def _python() -> Check:
    return Check(
        "Python",
        sys.version_info >= OLDEST_PYTHON,
        platform.python_version(),
        "preview",
        f"install Python {'.'.join(map(str, OLDEST_PYTHON))} or newer, then `make clean preview`",
    )


def _packages(root: Path) -> list[Check]:
    requirements = root / "requirements.txt"
    if not requirements.is_file():
        return []
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", requirements.read_text("utf-8"), re.MULTILINE)
    return [_package(name, pinned) for name, pinned in pins]


def _package(name: str, pinned: str) -> Check:
    try:
        installed = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        installed = "not installed"
    detail = installed if installed == pinned else f"{installed}, pinned is {pinned}"
    return Check(name, installed == pinned, detail, "preview", "pip install -r requirements.txt")


def _stack_files(root: Path) -> Check:
    try:
        files = project.checked_stack_files(root, [], [])
    except SettingsError as error:
        found = "; ".join(str(problem) for problem in error.problems)
        return Check(
            "stack files", fine=False, detail=found, needed_for="preview", next_step="mend them"
        )
    return Check(
        "stack files",
        fine=True,
        detail=f"valid: {', '.join(file.stack for file in files)}",
        needed_for="preview",
    )


def _policy_pack(root: Path) -> Check:
    present = (root / "policies" / "PulumiPolicy.yaml").is_file()
    detail = "policies/" if present else "none in policies/"
    return Check(
        "policy pack", present, detail, "preview", "restore policies/ from version control"
    )


def _tool(name: str, command: list[str], next_step: str) -> Check:
    if shutil.which(command[0]) is None:
        return Check(name, fine=False, detail="not found", needed_for="deploy", next_step=next_step)
    try:
        run = subprocess.run(  # noqa: S603 - a fixed command, no shell
            command, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(name, fine=False, detail=str(error), needed_for="deploy", next_step=next_step)
    lines = (run.stdout.strip() or run.stderr.strip() or "no answer").splitlines()
    return Check(
        name, fine=run.returncode == 0, detail=lines[0], needed_for="deploy", next_step=next_step
    )


def _credentials() -> Check:
    import botocore.session  # noqa: PLC0415 - slow, and only this check needs it

    name = "AWS credentials"
    next_step = "sign in, e.g. `aws sso login`, or set AWS_PROFILE"
    try:
        credentials = botocore.session.Session().get_credentials()
    except Exception as error:  # noqa: BLE001 - whatever a broken profile raises is what is found
        return Check(name, fine=False, detail=str(error), needed_for="deploy", next_step=next_step)
    if credentials is None:
        return Check(
            name, fine=False, detail="none found", needed_for="deploy", next_step=next_step
        )
    return Check(name, fine=True, detail=f"found by {credentials.method}", needed_for="deploy")
